import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { hasCode } from '../sys/errno.ts';
import { removeTree } from './layers/remove-tree.ts';

/** Where trees go that are gone for clients: out of sight at once, deleted in the background. */
export class Trash {
  readonly #directory: string;
  readonly #logger: Logger;
  readonly #deletions = new Set<Promise<void>>();

  /** Makes `directory`, which is on the file system of what is thrown away, and goes on with deletions that an earlier engine did not finish. */
  constructor(directory: string, logger: Logger) {
    this.#directory = directory;
    this.#logger = logger;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const left of readdirSync(directory)) this.#delete(join(directory, left));
  }

  /** Idempotent. */
  discard(path: string): void {
    const place = join(this.#directory, randomUUID());
    try {
      renameSync(path, place);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return;
      throw error;
    }
    this.#delete(place);
  }

  /** Waits until nothing is being deleted. */
  async idle(): Promise<void> {
    while (this.#deletions.size > 0) await Promise.all(this.#deletions);
  }

  #delete(path: string): void {
    const deletion = removeInBackground(path)
      .catch((error: unknown) => this.#logger.warn('something removed could not be deleted', { path, reason: messageOf(error) }))
      .finally(() => this.#deletions.delete(deletion));
    this.#deletions.add(deletion);
  }
}

/** Off the event loop where paths allow it; what is too deep or has no valid name is removed step by step. */
async function removeInBackground(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch(() => removeTree(path));
}
