import { createHash } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';
import type { Trash } from '../../store/trash.ts';
import type { CacheRecord } from '../build-service.ts';
import type { CacheMounts } from '../solve/cache-mounts.ts';
import { KeptRecords, useFields } from '../solve/kept-records.ts';

export interface CacheRequest {
  readonly id: string;
  /** Names the files it begins with; empty: none. A cache of other files is another cache. */
  readonly origin: string;
  /** Directories with those files, that show through each other, top first. They must stay the same for one `origin`. */
  readonly seed: readonly string[];
  /** `private`: another directory where this one is in use; `locked`: waits until nobody uses it. */
  readonly sharing: 'shared' | 'private' | 'locked';
  /** Of a new one. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly description: string;
}

/** A directory of the cache in use; disposing of it ends that. */
export interface CacheUse extends AsyncDisposable {
  readonly directory: string;
  /** Present where it begins with other files: what is to be mounted below `directory`. */
  readonly overlay?: { readonly lower: readonly string[]; readonly work: string };
}

interface CacheOptions {
  /** Made when it is missing. */
  readonly root: string;
  readonly trash: Pick<Trash, 'discard'>;
  /** Bytes below a directory. */
  readonly measure: (path: string) => Promise<{ readonly bytes: number }>;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
}

const recordSchema = z.object(useFields);

type StoredRecord = z.infer<typeof recordSchema>;

interface Entry {
  record: StoredRecord;
  users: number;
  /** Nobody else may use it: an overlay cannot be mounted twice, and `locked` says so. */
  isExclusive: boolean;
  /** Bytes; null: to be measured. */
  size: number | null;
}

/**
 * Directories of `RUN --mount=type=cache`: `<root>/<name>/data`, beside it `meta.json`. They outlive builds and engines until they are pruned;
 * an engine that died in the middle leaves what a step has written, as a failing step does.
 */
export class CacheDirectories implements CacheMounts {
  readonly #options: CacheOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #records: KeptRecords<StoredRecord>;
  readonly #waiting = new Set<() => void>();

  constructor(options: CacheOptions) {
    this.#options = options;
    this.#records = new KeptRecords(options.root, recordSchema);
    for (const [name, record] of this.#records.readAll(options.trash)) this.#entries.set(name, { record, users: 0, isExclusive: false, size: null });
  }

  /** Throws the signal's reason while it waits. */
  async use(request: CacheRequest, signal: AbortSignal): Promise<CacheUse> {
    const isExclusive = request.sharing !== 'shared' || request.seed.length > 0;
    for (let instance = 0; ; ) {
      signal.throwIfAborted();
      const name = nameOf(request, instance);
      const entry = this.#entries.get(name);
      if (entry === undefined || entry.users === 0 || !(isExclusive || entry.isExclusive)) return this.#begin(name, request, isExclusive);
      if (request.sharing === 'private') instance++;
      else await this.#change(signal);
    }
  }

  async list(): Promise<readonly CacheRecord[]> {
    const records: CacheRecord[] = [];
    for (const [id, entry] of this.#entries) {
      const { record, users } = entry;
      const size = entry.size ?? (await this.#options.measure(join(this.#options.root, id, 'data'))).bytes;
      if (users === 0) entry.size = size;
      const times = { createdAt: BigInt(record.createdAt), lastUsedAt: BigInt(record.lastUsedAt) };
      const { description, usageCount } = record;
      records.push({ id, parents: [], type: 'exec.cachemount', description, inUse: users > 0, shared: false, size, usageCount, ...times });
    }
    return records;
  }

  remove(id: string): Promise<void> {
    return Promise.try(() => {
      const entry = this.#entries.get(id);
      if (entry === undefined) return;
      if (entry.users > 0) throw new EngineError('Conflict', `the cache ${id} is in use by a step of a build`);
      this.#entries.delete(id);
      this.#options.trash.discard(join(this.#options.root, id));
    });
  }

  #begin(name: string, request: CacheRequest, isExclusive: boolean): CacheUse {
    const path = join(this.#options.root, name);
    const directory = join(path, 'data');
    const work = join(path, 'work');
    const now = String(this.#options.now());
    const entry = this.#entries.get(name) ?? {
      record: { description: request.description, createdAt: now, lastUsedAt: now, usageCount: 0 },
      users: 0,
      isExclusive,
      size: null,
    };
    if (!existsSync(directory)) makeDirectory(path, directory, request);
    entry.record = { ...entry.record, lastUsedAt: now, usageCount: entry.record.usageCount + 1 };
    this.#records.write(name, entry.record);
    entry.users++;
    entry.isExclusive = isExclusive;
    entry.size = null;
    this.#entries.set(name, entry);
    let isEnded = false;
    return {
      directory,
      ...(request.seed.length === 0 ? {} : { overlay: { lower: request.seed, work } }),
      [Symbol.asyncDispose]: () => {
        if (!isEnded) this.#end(entry);
        isEnded = true;
        return Promise.resolve();
      },
    };
  }

  #end(entry: Entry): void {
    entry.users--;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  /** The end of some use. */
  async #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#waiting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    this.#waiting.delete(wake);
    signal.removeEventListener('abort', wake);
  }
}

/** A cache is its id and the files it begins with; further ones of the same are those of `private`. */
function nameOf({ id, origin }: CacheRequest, instance: number): string {
  return createHash('sha256')
    .update(JSON.stringify([id, origin, instance]))
    .digest('hex')
    .slice(0, 25);
}

function makeDirectory(path: string, directory: string, { seed: [top], mode, uid, gid }: CacheRequest): void {
  for (const made of [path, directory, join(path, 'work')]) mkdirSync(made, { recursive: true, mode: 0o700 });
  // What shows as the root of an overlay is its upper directory.
  const like = top === undefined ? { mode: 0o755, uid: 0, gid: 0 } : statSync(top);
  chownSync(directory, uid ?? like.uid, gid ?? like.gid);
  chmodSync(directory, mode ?? like.mode & 0o7777);
}
