import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { busyboxEntries, imageArchive, type TarEntry, tarOf } from './image-archives.ts';

/** xorshift32: the same bytes in every run, and no compressor finds anything in them. */
function noise(seed: number): (length: number) => Buffer {
  let state = seed | 1;
  return (length) => {
    const words = new Uint32Array(Math.ceil(length / 4));
    for (let index = 0; index < words.length; index++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[index] = state;
    }
    return Buffer.from(words.buffer, 0, length);
  };
}

/** Sizes as in a distribution's tree: most files small, most bytes in few. */
const SIZES = [300, 900, 1_500, 2_500, 4_000, 7_000, 12_000, 20_000, 40_000, 140_000];

/** One layer of `files` files in directories of a hundred, half noise and half text. */
export function layerEntries(seed: number, files: number): TarEntry[] {
  const random = noise(seed);
  const entries: TarEntry[] = [{ header: { name: `data${seed}/`, type: 'directory', mode: 0o755 } }];
  for (let index = 0; index < files; index++) {
    const directory = `data${seed}/d${Math.floor(index / 100)}`;
    if (index % 100 === 0) entries.push({ header: { name: `${directory}/`, type: 'directory', mode: 0o755 } });
    const size = SIZES[index % SIZES.length] ?? 0;
    const data = index % 2 === 0 ? random(size) : Buffer.alloc(size, `line ${index} of a text file\n`);
    entries.push({ header: { name: `${directory}/file${index}`, mode: 0o644 }, data });
  }
  return entries;
}

/** Writes a runnable image of about 180 MB in three layers and 8,000 files, made of nothing but this code and busybox. */
export async function makeLargeArchive(path: string, name: string): Promise<void> {
  const layers = [await tarOf(busyboxEntries()), await tarOf(layerEntries(1, 5000)), await tarOf(layerEntries(2, 3000))];
  await pipeline([await imageArchive(layers, name)], createWriteStream(path));
}
