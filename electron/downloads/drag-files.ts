import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ShellError } from '../ipc/failure.ts';
import { fileName } from './disposition.ts';
import type { Download } from './download.ts';

/** Bytes of one drag: more is for a download, which the user's disk gets but once. */
const MAX_BYTES = 512 * 1024 * 1024;
/** Drags that are kept: whoever took a file may still be copying it. */
const MAX_KEPT = 3;
/** Milliseconds that one is kept. */
const LIFE = 10 * 60_000;
/** Milliseconds between two words of how far it is. */
const PACE = 250;

interface Fetched {
  readonly paths: readonly string[];
  readonly forget: () => void;
}

/** Copies of files on this machine's disk, for a drag out of the window to give away. None outlives the app, or its next start where it died. */
export class DragFiles implements Disposable {
  readonly #folder: string;
  readonly #handOver: (paths: readonly string[]) => void;
  readonly #limit: number;
  readonly #fetched = new Map<string, Fetched>();

  /** `folder`: this program's alone. `handOver` begins the system's drag. */
  constructor(folder: string, handOver: (paths: readonly string[]) => void, limit = MAX_BYTES) {
    this.#folder = folder;
    this.#handOver = handOver;
    this.#limit = limit;
    rmSync(folder, { recursive: true, force: true });
  }

  /** Each as a file of its own, one after the other. Settles with the id for `start` when all of it is there. @throws ShellError; nothing of it is left then. */
  async fetch(downloads: readonly Download[], signal: AbortSignal, tell: (written: number, size: number | null) => void): Promise<string> {
    const id = randomUUID();
    const place = join(this.#folder, id);
    using undo = new DisposableStack();
    mkdirSync(place, { recursive: true, mode: 0o700 });
    undo.defer(() => rmSync(place, { recursive: true, force: true }));
    const paths: string[] = [];
    const count = { written: 0, told: Date.now() };
    for (const [index, download] of downloads.entries()) {
      const { body, length } = await download.open(signal);
      using _body = { [Symbol.dispose]: () => void body.destroy() };
      // Of several the rest is not known yet.
      const size = length === undefined || downloads.length > 1 ? null : Number(length);
      if (length !== undefined) this.#check(count.written + Number(length));
      // Two of them may be called the same on this disk.
      const folder = join(place, String(index));
      mkdirSync(folder, { mode: 0o700 });
      const path = join(folder, fileName(download.name));
      await pipeline(body, this.#counted(count, size, tell), createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
      paths.push(path);
    }
    const kept = undo.move();
    const timer = setTimeout(() => this.#forget(id), LIFE).unref();
    kept.defer(() => clearTimeout(timer));
    this.#fetched.set(id, { paths, forget: () => kept.dispose() });
    for (const old of [...this.#fetched.keys()].slice(0, -MAX_KEPT)) this.#forget(old);
    return id;
  }

  /** @throws ShellError when it is not kept any more */
  start(id: string): void {
    const fetched = this.#fetched.get(id);
    if (!fetched) throw new ShellError('what was to be dragged is gone: drag it again', 404);
    this.#handOver(fetched.paths);
  }

  [Symbol.dispose](): void {
    for (const id of this.#fetched.keys()) this.#forget(id);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #forget(id: string): void {
    this.#fetched.get(id)?.forget();
    this.#fetched.delete(id);
  }

  #counted(count: { written: number; told: number }, size: number | null, tell: (written: number, size: number | null) => void): Transform {
    return new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        count.written += chunk.length;
        try {
          this.#check(count.written);
        } catch (error) {
          return done(error as Error);
        }
        if (Date.now() - count.told >= PACE) {
          count.told = Date.now();
          tell(count.written, size);
        }
        done(null, chunk);
      },
    });
  }

  #check(bytes: number): void {
    if (bytes > this.#limit) throw new ShellError(`more than ${Math.round(this.#limit / 1024 / 1024)} MiB: download it instead`, 413);
  }
}
