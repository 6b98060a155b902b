import type { Words } from '../../strings/words.ts';

/** Longest name of a Linux file system, in bytes. */
const MAX_NAME = 255;

export const joinPath = (folder: string, name: string): string => (folder === '/' ? `/${name}` : `${folder}/${name}`);

export const parentOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export interface Crumb {
  /** Empty for the root. */
  readonly name: string;
  readonly path: string;
}

/** The folders on the way to `path`, the root first, it last. */
export function crumbsOf(path: string): readonly Crumb[] {
  const crumbs: Crumb[] = [{ name: '', path: '/' }];
  for (const name of path.split('/').filter(Boolean)) crumbs.push({ name, path: joinPath(crumbs.at(-1)?.path ?? '/', name) });
  return crumbs;
}

/** A path as a person writes it: absolute, without steps back or doubled slashes. */
export function cleanPath(written: string): string {
  const names: string[] = [];
  for (const name of written.trim().split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

/** Why `name` cannot be given to something new; null: it can. */
export function nameProblem(name: string, taken: ReadonlySet<string>): keyof Words['files']['nameErrors'] | null {
  if (name === '') return 'empty';
  if (name.includes('/')) return 'slash';
  if (name === '.' || name === '..') return 'dots';
  if ([...name].some((character) => character < ' ' || character === '\u007f')) return 'nul';
  if (new TextEncoder().encode(name).length > MAX_NAME) return 'long';
  return taken.has(name) ? 'taken' : null;
}
