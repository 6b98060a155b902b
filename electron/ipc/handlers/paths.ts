import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import type { Backend } from '../backend.ts';
import type { RequestParams } from '../contract.ts';
import { ShellError } from '../failure.ts';

/** Asks the person for a path; null: they chose none. */
export type PathChooser = (asked: RequestParams<'path.choose'>) => Promise<string | null>;

const MAX_COMPLETIONS = 50;

/** Without a chooser a path can only be typed. */
export function pathRequests(choose: PathChooser | null): Pick<Backend['requests'], 'path.complete' | 'path.choose'> {
  return {
    'path.complete': async ({ path, files }) => ({ paths: await completions(path, files) }),
    async 'path.choose'(asked) {
      if (!choose) throw new ShellError('this shell has no chooser of the system: type the path', 501);
      return { path: await choose(asked) };
    },
  };
}

/** `~/pro` as the absolute paths of what begins so. What cannot be read has no completions. */
async function completions(typed: string, files: boolean): Promise<string[]> {
  const path = typed === '' || typed === '~' ? `${homedir()}/` : typed.startsWith('~/') ? join(homedir(), typed.slice(1)) : typed;
  if (!isAbsolute(path)) return [];
  const folder = path.endsWith('/') ? path : dirname(path);
  const begun = path.endsWith('/') ? '' : path.slice(folder === '/' ? 1 : folder.length + 1);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter(
      (entry) => entry.name.startsWith(begun) && (begun.startsWith('.') || !entry.name.startsWith('.')) && (entry.isDirectory() || (files && entry.isFile())),
    )
    .sort((a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_COMPLETIONS)
    .map((entry) => `${join(folder, entry.name)}${entry.isDirectory() ? '/' : ''}`);
}
