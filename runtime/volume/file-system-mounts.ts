import { mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { EngineError, messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { errnoNumber, errnoText, hasCode } from '../sys/errno.ts';
import { parseMountinfo } from '../sys/mountinfo.ts';
import { type FileSystem, mountFailure, withAddresses } from './file-system.ts';
import type { VolumeThreads } from './volume-threads.ts';

export interface FileSystemMountsOptions {
  /** Holds one empty directory for each volume that is mounted; never deleted with what is in it. */
  readonly directory: string;
  readonly threads: Pick<VolumeThreads, 'mount' | 'unmount'>;
  readonly logger: Logger;
}

/**
 * File systems of volumes in the engine's mount namespace: there from the first user to the last. What an earlier engine has mounted is taken over
 * by `restore`, and the rest of it goes with `settle`.
 */
export class FileSystemMounts {
  readonly #options: FileSystemMountsOptions;
  readonly #users = new Map<string, Set<string>>();
  readonly #mounted = new Set<string>();
  /** One after the other for each volume. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(options: FileSystemMountsOptions) {
    this.#options = options;
  }

  pathOf(name: string): string {
    return `${this.#options.directory}/${name}`;
  }

  isMounted(name: string): boolean {
    return this.#mounted.has(name);
  }

  /** Resolves to where it is mounted. Throws in Docker's words with nothing made. Idempotent for a user. */
  async acquire(name: string, user: string, fileSystem: FileSystem): Promise<string> {
    this.#usersOf(name).add(user);
    try {
      await this.#inTurn(name, () => (this.#mounted.has(name) ? Promise.resolve() : this.#mount(name, fileSystem)));
    } catch (error) {
      this.release(name, user);
      throw error;
    }
    return this.pathOf(name);
  }

  /** Of a container that runs from before this engine. */
  restore(name: string, user: string): void {
    this.#usersOf(name).add(user);
    this.#mounted.add(name);
  }

  /** Unmounted in the background after the last. Idempotent. */
  release(name: string, user: string): void {
    const users = this.#users.get(name);
    if (users?.delete(user) !== true || users.size > 0) return;
    this.#users.delete(name);
    void this.#inTurn(name, () => this.#unmount(name));
  }

  /** Once all users from before are known: what nobody has goes. */
  settle(): void {
    for (const name of this.#left()) if (!this.#users.has(name)) void this.#inTurn(name, () => this.#unmount(name));
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#turns.size > 0) await Promise.all(this.#turns.values());
  }

  async #mount(name: string, fileSystem: FileSystem): Promise<void> {
    const { directory, threads } = this.#options;
    const target = this.pathOf(name);
    const resolved = await withAddresses(fileSystem);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    mkdirSync(target, { recursive: true });
    // An engine that was killed between its mount and the start of the container has left it.
    if (!this.#isInTable(target)) {
      try {
        await threads.mount(resolved, target);
      } catch (error) {
        rmdirSync(target);
        const code = error instanceof EngineError ? error.details['code'] : undefined;
        if (typeof code !== 'string') throw error;
        throw mountFailure(resolved, target, code, errnoText(errnoNumber(code)));
      }
    }
    this.#mounted.add(name);
  }

  async #unmount(name: string): Promise<void> {
    if (this.#users.has(name)) return;
    const target = this.pathOf(name);
    try {
      await this.#options.threads.unmount(target);
      this.#mounted.delete(name);
      rmdirSync(target);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) this.#options.logger.warn('the file system of a volume was left mounted', { volume: name, reason: messageOf(error) });
    }
  }

  #usersOf(name: string): Set<string> {
    const users = this.#users.get(name) ?? new Set();
    this.#users.set(name, users);
    return users;
  }

  #left(): string[] {
    try {
      return readdirSync(this.#options.directory);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }

  #isInTable(target: string): boolean {
    return parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8')).some(({ mountPoint }) => mountPoint === target);
  }

  async #inTurn(name: string, work: () => Promise<void>): Promise<void> {
    const done = (this.#turns.get(name) ?? Promise.resolve()).then(work);
    const settled = done.catch(() => undefined);
    this.#turns.set(name, settled);
    void settled.then(() => {
      if (this.#turns.get(name) === settled) this.#turns.delete(name);
    });
    await done;
  }
}
