import { closeSync, constants, openSync } from 'node:fs';
import { textOfBytes } from '../../base/byte-text.ts';
import { O, RESOLVE } from '../../sys/constants.ts';
import type { Syscalls } from '../../sys/syscalls.ts';
import { type RecipeStep, readRecipe } from '../layers/recipe.ts';
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

function copyFile(sys: Syscalls, root: number, { path, size, offset }: Extract<RecipeStep, { path: Buffer }>, output: PipeOutput): void {
  const fd = openUnpacked(sys, root, textOfBytes(path));
  try {
    output.copy(fd, size, offset);
  } finally {
    closeSync(fd);
  }
}

/** Links on the way were followed inside of the layer when it was unpacked, and are here. */
function openUnpacked(sys: Syscalls, root: number, path: string): number {
  return sys.openat2(root, path, { flags: O.RDONLY | O.NOFOLLOW | O.NONBLOCK, resolve: RESOLVE.IN_ROOT | RESOLVE.NO_MAGICLINKS });
}
