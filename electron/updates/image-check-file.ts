import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { Keeping } from '../settings/keeping.ts';

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

export interface ImageCheckMemory {
  readonly checkedAt: number;
  readonly remote: ReadonlyMap<string, string>;
  readonly told: ReadonlyMap<string, string>;
}

/** What is known of newer images, over restarts. */
export class ImageCheckFile {
  readonly #path: string;
  readonly #keeping: Keeping;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(path: string, keeping = new Keeping()) {
    this.#path = path;
    this.#keeping = keeping;
  }

  /** A file, or a part of it, that cannot be understood counts as none. */
  async read(): Promise<ImageCheckMemory> {
    const { checkedAt, remote, told } = schema.parse(await parsedFile(this.#path));
    return { checkedAt, remote: new Map(remote.slice(-MOST)), told: new Map(told.slice(-MOST)) };
  }

  /** Writes follow each other. What could not be written is asked for or told once more, no worse. */
  write({ checkedAt, remote, told }: ImageCheckMemory): void {
    const kept = { checkedAt, remote: [...remote].slice(-MOST), told: [...told].slice(-MOST) };
    this.#writing = this.#writing.then(() => this.#keeping.write(this.#path, JSON.stringify(kept)));
  }

  /** Once all that was given is written. */
  async settled(): Promise<void> {
    await this.#writing;
  }
}

async function parsedFile(path: string): Promise<unknown> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
