import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import type { Digest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { END_OF_ARCHIVE, encodeEntry, type NewEntry, paddingAfter } from '../../formats/tar/writer.ts';
import type { TreeOutput } from '../trees/pack-tree.ts';
import type { LayerLimits } from './limits.ts';
import type { RecipeWriter } from './recipe.ts';

const BUFFER = 256 * 1024;
const ZEROS = Buffer.alloc(BUFFER);

/** An archive that is hashed and written down, but exists nowhere. Throws TooLarge past a limit. */
export class LayerDigest implements TreeOutput {
  readonly #recipe: RecipeWriter;
  readonly #limits: LayerLimits;
  readonly #hash = createHash('sha256');
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER);
  #used = 0;
  #tarSize = 0;
  #size = 0;
  #entries = 0;

  constructor(recipe: RecipeWriter, limits: LayerLimits) {
    this.#recipe = recipe;
    this.#limits = limits;
  }

  entry(entry: NewEntry): void {
    if (++this.#entries > this.#limits.entries) throw new EngineError('TooLarge', `the layer has more than ${this.#limits.entries} entries`);
    this.#raw(encodeEntry(entry));
  }

  content(file: number, size: number, name: Uint8Array): void {
    this.#count(size);
    this.#size += size;
    this.#recipe.file(name, size);
    for (let remaining = size; remaining > 0; ) {
      if (this.#used === BUFFER) this.#flush();
      const room = Math.min(remaining, BUFFER - this.#used);
      const count = readSync(file, this.#buffer, this.#used, room, null) || ZEROS.copy(this.#buffer, this.#used, 0, room);
      this.#used += count;
      remaining -= count;
    }
    this.#raw(paddingAfter(size));
  }

  /** Ends the archive and its recipe. */
  finish(): { readonly diffId: Digest; readonly tarSize: number; readonly size: number; readonly entries: number } {
    this.#raw(END_OF_ARCHIVE);
    this.#flush();
    this.#recipe.finish();
    return { diffId: `sha256:${this.#hash.digest('hex')}`, tarSize: this.#tarSize, size: this.#size, entries: this.#entries };
  }

  /** What is no content of a file. */
  #raw(bytes: Uint8Array): void {
    this.#count(bytes.length);
    this.#recipe.raw(bytes);
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === BUFFER) this.#flush();
      const piece = bytes.subarray(at, at + BUFFER - this.#used);
      this.#buffer.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
    }
  }

  #count(bytes: number): void {
    this.#tarSize += bytes;
    if (this.#tarSize > this.#limits.inflatedBytes) throw new EngineError('TooLarge', `the layer is larger than ${this.#limits.inflatedBytes} bytes`);
  }

  #flush(): void {
    this.#hash.update(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }
}
