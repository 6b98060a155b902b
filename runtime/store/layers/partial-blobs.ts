import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, hexOf } from '../../base/digest.ts';
import { Spool } from './spool.ts';

export interface PartialLimits {
  /** Of all together. */
  readonly bytes: number;
  readonly files: number;
  /** Since the last byte came; milliseconds. */
  readonly ageMs: number;
}

/** A weekend, and a few large images. */
const LIMITS: PartialLimits = { bytes: 10_000_000_000, files: 1000, ageMs: 72 * 3_600_000 };

interface Kept {
  readonly path: string;
  readonly bytes: number;
  readonly touchedMs: number;
}

/**
 * What pulls that did not end well have received of blobs, as files `<directory>/<hex>`: the next pull goes on there, also one of another
 * engine. Nothing of it is trusted: whoever goes on checks the digest of the whole. Beyond the limits the oldest go first.
 */
export class PartialBlobs {
  readonly #directory: string;
  readonly #limits: PartialLimits;
  /** Open ones, which nobody else touches, until they are closed. */
  readonly #open = new Map<string, Promise<void>>();

  /** Makes the directory, and drops what is too old. */
  constructor(directory: string, limits: PartialLimits = LIMITS) {
    this.#directory = directory;
    this.#limits = limits;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.collect();
  }

  /** Goes on with the blob, from its beginning where more is here than its `size`. Waits for whoever has it open. */
  async open(digest: Digest, size: number): Promise<Spool> {
    const name = hexOf(digest);
    for (let other = this.#open.get(name); other !== undefined; other = this.#open.get(name)) await other;
    const closed = Promise.withResolvers<void>();
    this.#open.set(name, closed.promise);
    const close = (): void => {
      this.#open.delete(name);
      this.collect();
      closed.resolve();
    };
    try {
      const path = this.#pathOf(digest);
      if (this.lengthOf(digest) > size) rmSync(path, { force: true });
      return await Spool.resume(path, close);
    } catch (error) {
      close();
      throw error;
    }
  }

  /** Bytes that are here. */
  lengthOf(digest: Digest): number {
    return statSync(this.#pathOf(digest), { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Idempotent. What is open stays. */
  remove(digest: Digest): void {
    if (!this.#open.has(hexOf(digest))) rmSync(this.#pathOf(digest), { force: true });
  }

  /** Drops what is beyond the limits or empty. */
  collect(): void {
    const kept = this.#kept().sort((a, b) => b.touchedMs - a.touchedMs);
    let bytes = 0;
    for (const [index, one] of kept.entries()) {
      bytes += one.bytes;
      const isTooOld = Date.now() - one.touchedMs > this.#limits.ageMs;
      if (one.bytes === 0 || isTooOld || bytes > this.#limits.bytes || index >= this.#limits.files) rmSync(one.path, { force: true });
    }
  }

  /** Drops all but what is open; the bytes that are free now. */
  clear(): number {
    const kept = this.#kept();
    for (const { path } of kept) rmSync(path, { force: true });
    return kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #kept(): Kept[] {
    return readdirSync(this.#directory).flatMap((name) => {
      const path = join(this.#directory, name);
      const facts = this.#open.has(name) ? undefined : statSync(path, { throwIfNoEntry: false });
      return facts === undefined ? [] : [{ path, bytes: facts.size, touchedMs: facts.mtimeMs }];
    });
  }

  #pathOf(digest: Digest): string {
    return join(this.#directory, hexOf(digest));
  }
}
