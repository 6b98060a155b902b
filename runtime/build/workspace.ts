import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { Trash } from '../store/trash.ts';

export interface WorkDirectory extends Disposable {
  readonly path: string;
}

interface Entry {
  users: number;
}

/** `<root>/build`: where builds put what is gone when they end. On the file system of the layers, so that what is made here can become one. */
export class BuildWorkspace {
  readonly #directory: string;
  readonly #trash: Trash;
  readonly #entries = new Map<string, Entry>();
  readonly #kept = new Map<string, Disposable[]>();

  /** Throws away what an engine that died has left. */
  constructor(root: string, logger: Logger) {
    this.#directory = join(root, 'build');
    const trash = join(this.#directory, 'trash');
    mkdirSync(trash, { recursive: true, mode: 0o700 });
    this.#trash = new Trash(trash, logger);
    for (const left of readdirSync(this.#directory)) if (left !== 'trash') this.#trash.discard(join(this.#directory, left));
  }

  /** A new directory, 0700; deleted in the background once it is disposed of and nobody holds it. */
  make(): WorkDirectory {
    const name = randomUUID();
    const path = join(this.#directory, name);
    mkdirSync(path, { mode: 0o700 });
    this.#entries.set(name, { users: 0 });
    return { path, ...this.#use(name) };
  }

  /** Keeps the directory of the workspace that `path` is in, if it is in one; a step may go on after the build it was begun for. NotFound when it is gone. */
  hold(path: string): Disposable {
    if (!path.startsWith(`${this.#directory}/`)) return { [Symbol.dispose]: () => undefined };
    const [name = ''] = path.slice(this.#directory.length + 1).split('/');
    if (!this.#entries.has(name)) throw new EngineError('NotFound', 'the files of the build are gone');
    return this.#use(name);
  }

  /** Gives `held` to a build, until `release`. */
  keep(owner: string, held: Disposable): void {
    const kept = this.#kept.get(owner) ?? [];
    kept.push(held);
    this.#kept.set(owner, kept);
  }

  /** Disposes of what a build was given. Idempotent. */
  release(owner: string): void {
    const kept = this.#kept.get(owner) ?? [];
    this.#kept.delete(owner);
    for (const held of kept) held[Symbol.dispose]();
  }

  /** Waits until nothing is being deleted. */
  idle(): Promise<void> {
    return this.#trash.idle();
  }

  #use(name: string): Disposable {
    const entry = this.#entries.get(name);
    if (entry !== undefined) entry.users++;
    let isEnded = entry === undefined;
    return {
      [Symbol.dispose]: () => {
        if (isEnded || entry === undefined) return;
        isEnded = true;
        if (--entry.users > 0) return;
        this.#entries.delete(name);
        this.#trash.discard(join(this.#directory, name));
      },
    };
  }
}
