import { z } from 'zod';
import type { Keeping } from '../settings/keeping.ts';
import { KeptFile } from '../settings/kept-file.ts';

/** Names that are remembered. */
const MOST = 2000;
const text = z.string().max(1000);
const pairs = z.array(z.tuple([text, text])).catch([]);
const schema = z.object({
  /** Milliseconds since the epoch; 0: never. */
  checkedAt: z.number().min(0).max(8.64e15).catch(0),
  /** What names stood for in their registries when they were last asked. */
  remote: pairs,
  /** For which of these somebody was told that it is newer. */
  told: pairs,
});
const recordSchema = z.record(z.string(), z.unknown()).catch({});

export interface ImageCheckMemory {
  readonly checkedAt: number;
  readonly remote: ReadonlyMap<string, string>;
  readonly told: ReadonlyMap<string, string>;
}

/** What is known of newer images, over restarts. */
export class ImageCheckFile {
  readonly #file: KeptFile;

  constructor(path: string, keeping?: Keeping) {
    this.#file = new KeptFile(path, keeping);
  }

  /** A file, or a part of it, that cannot be understood counts as none. */
  async read(): Promise<ImageCheckMemory> {
    const { checkedAt, remote, told } = schema.parse(recordSchema.parse(await this.#file.read()));
    return { checkedAt, remote: new Map(remote.slice(-MOST)), told: new Map(told.slice(-MOST)) };
  }

  /** What could not be written is asked for or told once more, no worse. */
  write({ checkedAt, remote, told }: ImageCheckMemory): void {
    void this.#file.write(() => ({ checkedAt, remote: [...remote].slice(-MOST), told: [...told].slice(-MOST) }));
  }

  /** Once all that was given is written. */
  settled(): Promise<void> {
    return this.#file.settled();
  }
}
