import { readlinkSync } from 'node:fs';
import { bytesOfText, textOfBytes } from '../../base/byte-text.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { type Lower, lowerAt, lowerRoot } from './lower.ts';

/** The kernel's own limit (path_resolution(7)). */
const MAX_LINKS = 40;

/** What layers have at a path. */
export type Located =
  /** One directory or several that show through each other, top first. */
  | { readonly kind: 'directory'; readonly path: string; readonly directories: readonly string[] }
  /** Anything else, where it lies on the host. */
  | { readonly kind: 'file'; readonly path: string; readonly file: string }
  /** `path` is where it would be made: links on the way are followed as far as there are any. */
  | { readonly kind: 'missing'; readonly path: string };

/** Finds `path` in layers, given top first, as a process whose root they are would: links, also a last one, lead nowhere else. */
export function locate(sys: Syscalls, layers: readonly string[], path: string): Located {
  const root: Lower = lowerRoot(layers);
  const way: { readonly name: string; readonly lower: Lower }[] = [];
  const pending = path.split('/').reverse();
  let links = 0;
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      way.pop();
      continue;
    }
    const lower = lowerAt(sys, way.at(-1)?.lower ?? root, bytesOfText(name));
    if (lower.stats?.isSymbolicLink() !== true || links === MAX_LINKS) {
      way.push({ name, lower });
      continue;
    }
    links++;
    const target = textOfBytes(readlinkSync(lower.path ?? '', { encoding: 'buffer' }));
    if (target.startsWith('/')) way.length = 0;
    pending.push(...target.split('/').reverse());
  }
  const place = `/${way.map(({ name }) => name).join('/')}`;
  const last = way.at(-1)?.lower;
  if (last === undefined) return { kind: 'directory', path: place, directories: layers };
  if (last.stats?.isDirectory()) return { kind: 'directory', path: place, directories: last.directories.map(String) };
  return last.path === undefined ? { kind: 'missing', path: place } : { kind: 'file', path: place, file: String(last.path) };
}
