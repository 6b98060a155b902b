import { EngineError } from '../../base/errors.ts';
import type { TarEntry } from '../../formats/tar/entry.ts';
import { TarReader } from '../../formats/tar/reader.ts';
import { readRecipe } from '../layers/recipe.ts';

/** Stands for content, which nobody looks at here. */
const CONTENT = Buffer.alloc(256 * 1024);

/**
 * The entries of a layer's archive in order, from its recipe: no file of the layer is read. Blocks the thread. Throws TooLarge when there
 * are more than `limit`.
 */
export function readLayerEntries(recipe: string, limit: number): TarEntry[] {
  const entries: TarEntry[] = [];
  const reader = new TarReader({
    entry: (entry) => {
      if (entries.length >= limit) throw new EngineError('TooLarge', `the image has more than ${limit} files: that many are not listed`);
      entries.push(entry);
    },
    data: () => undefined,
    end: () => undefined,
  });
  for (const step of readRecipe(recipe)) {
    if ('bytes' in step) reader.push(step.bytes);
    else for (let left = step.size; left > 0; left -= CONTENT.length) reader.push(left < CONTENT.length ? CONTENT.subarray(0, left) : CONTENT);
  }
  reader.finish();
  return entries;
}
