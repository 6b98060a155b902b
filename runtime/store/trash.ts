import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { opendir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { hasCode } from '../sys/errno.ts';
import { removeTree } from './layers/remove-tree.ts';

const AT_ONCE = 32;
const SLASH = Buffer.from('/');

/** Where trees go that are gone for clients: out of sight at once, deleted in the background. */
export class Trash {
  readonly #directory: string;
  readonly #logger: Logger;
  readonly #deletions = new Set<Promise<void>>();
  #last: Promise<void> = Promise.resolve();

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

  /** One tree after the other: many at once would make each turn of the event loop longer, and are no faster for the disk. */
  #delete(path: string): void {
    const deletion = this.#last
      .then(() => removeInBackground(path))
      .catch((error: unknown) => this.#logger.warn('something removed could not be deleted', { path, reason: messageOf(error) }))
      .finally(() => this.#deletions.delete(deletion));
    this.#deletions.add(deletion);
    this.#last = deletion;
  }
}

/** Off the event loop where paths allow it; what is too deep is removed step by step. */
async function removeInBackground(path: string): Promise<void> {
  await removeFile(Buffer.from(path)).catch(() => removeTree(path));
}

async function removeFile(path: Buffer): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    if (!hasCode(error, 'EISDIR', 'EPERM')) throw error;
    await removeDirectory(path);
  }
}

/** A few names at a time: Node's own rm begins with all of a directory at once, and the loop stands still meanwhile. Names are any bytes. */
async function removeDirectory(path: Buffer): Promise<void> {
  const batch: Promise<void>[] = [];
  for await (const entry of await opendir(path, { encoding: 'latin1', bufferSize: AT_ONCE })) {
    const child = Buffer.concat([path, SLASH, Buffer.from(entry.name, 'latin1')]);
    if (entry.isDirectory()) await removeDirectory(child);
    else if (batch.push(unlink(child)) === AT_ONCE) await Promise.all(batch.splice(0));
  }
  await Promise.all(batch);
  await rmdir(path);
}
