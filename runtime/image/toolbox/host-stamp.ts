import { createHash } from 'node:crypto';
import { lstatSync, statSync } from 'node:fs';
import type { HostFiles } from './host-files.ts';

/**
 * What tells that files of this machine are as they were: of each path the file it leads to, by inode, size and times, and the link at its end.
 * A path that leads nowhere counts as that. Blocks.
 */
export function stampOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\0${factsOf(path)}\n`);
  return hash.digest('hex');
}

function factsOf(path: string): string {
  return [lstatSync, statSync]
    .map((stat) => {
      try {
        const { dev, ino, size, mtimeNs, ctimeNs, mode } = stat(path, { bigint: true });
        return [dev, ino, size, mtimeNs, ctimeNs, mode].join(' ');
      } catch {
        return '-';
      }
    })
    .join('|');
}

/** The same files; every path that was asked for is noted in `asked`, also of what is not there. */
export function notingFiles(files: HostFiles, asked: Set<string>): HostFiles {
  const noted = <T>(ask: (path: string) => Promise<T>) => {
    return (path: string): Promise<T> => {
      asked.add(path);
      return ask(path);
    };
  };
  return { resolve: noted((path) => files.resolve(path)), read: noted((path) => files.read(path)), linkOf: noted((path) => files.linkOf(path)) };
}
