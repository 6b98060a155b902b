import { EngineError } from '../../base/errors.ts';
import type { TarEntry } from '../../formats/tar/entry.ts';
import type { TarHandler } from '../../formats/tar/reader.ts';

/** Bounds on what an archive may become. */
export interface ArchiveLimits {
  readonly entries: number;
  /** Of all files. */
  readonly bytes: number;
}

/** Passes an archive's members on until there are too many: TooLarge then. */
export class BoundedHandler implements TarHandler {
  readonly #inner: TarHandler;
  readonly #limits: ArchiveLimits;
  #entries = 0;
  #bytes = 0;

  constructor(inner: TarHandler, limits: ArchiveLimits) {
    this.#inner = inner;
    this.#limits = limits;
  }

  entry(entry: TarEntry, offset: number): void {
    const { entries, bytes } = this.#limits;
    this.#bytes += entry.size;
    if (++this.#entries > entries) throw new EngineError('TooLarge', `the archive has more than ${entries} entries`);
    if (this.#bytes > bytes) throw new EngineError('TooLarge', `the files of the archive are larger than ${bytes} bytes together`);
    this.#inner.entry(entry, offset);
  }

  data(bytes: Buffer): void {
    this.#inner.data(bytes);
  }

  hole(size: number): void {
    this.#inner.hole?.(size);
  }

  end(): void {
    this.#inner.end();
  }
}
