import { isUtf8 } from 'node:buffer';
import { closeSync, constants, openSync } from 'node:fs';
import { O, RESOLVE } from '../../sys/constants.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { readRecipe } from '../layers/recipe.ts';
import type { PipeOutput } from './pipe-output.ts';

/** Writes the tar of a layer from its recipe and its files. Its digest tells whether a file has changed since. */
export function rebuildArchive(sys: Syscalls, { directory, recipe }: { readonly directory: string; readonly recipe: string }, output: PipeOutput): void {
  const root = openSync(directory, constants.O_DIRECTORY | constants.O_RDONLY);
  try {
    for (const step of readRecipe(recipe)) {
      if ('bytes' in step) output.write(step.bytes);
      else copyFile(sys, root, step, output);
    }
    output.flush();
  } finally {
    closeSync(root);
  }
}

function copyFile(sys: Syscalls, root: number, { path, size }: { readonly path: Buffer; readonly size: number }, output: PipeOutput): void {
  const fd = isUtf8(path) ? openUnpacked(sys, root, path.toString()) : openAdopted(root, path);
  try {
    output.copy(fd, size);
  } finally {
    closeSync(fd);
  }
}

/** Links on the way were followed inside of the layer when it was unpacked, and are here. */
function openUnpacked(sys: Syscalls, root: number, path: string): number {
  return sys.openat2(root, path, { flags: O.RDONLY | O.NOFOLLOW | O.NONBLOCK, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS });
}

/** Only a directory that was walked has names that are no text: there are no links on the way of those. */
function openAdopted(root: number, path: Buffer): number {
  const components = path.toString('latin1').split('/');
  let parent = root;
  try {
    for (const [position, component] of components.entries()) {
      const isLast = position === components.length - 1;
      const flags = constants.O_NOFOLLOW | (isLast ? constants.O_RDONLY | constants.O_NONBLOCK : O.PATH | constants.O_DIRECTORY);
      const next = openSync(Buffer.concat([Buffer.from(`/proc/self/fd/${parent}/`), Buffer.from(component, 'latin1')]), flags);
      if (parent !== root) closeSync(parent);
      parent = next;
    }
    return parent;
  } catch (error) {
    if (parent !== root) closeSync(parent);
    throw error;
  }
}
