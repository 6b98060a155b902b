import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';
import type { Trash } from '../../store/trash.ts';
import type { CacheRecord } from '../build-service.ts';
import type { CacheMounts } from '../solve/cache-mounts.ts';
import { KeptRecords, useFields } from '../solve/kept-records.ts';
import { type AddressOptions, type OpenedAddress, openAddress } from './open-address.ts';

export interface KeptDownloadsOptions {
  /** Made when it is missing. */
  readonly root: string;
  readonly trash: Pick<Trash, 'discard'>;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
}

interface KeptOptions extends AddressOptions {
  /** `sha256:hex` of what is wanted, where that is known. */
  readonly checksum?: string | undefined;
}

const text = z.string().max(4096).optional();
const recordSchema = z.object({
  ...useFields,
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().min(0),
  /** As the server has said them. */
  headers: z.object({ etag: text, 'last-modified': text, 'content-disposition': text }),
});

type StoredRecord = z.infer<typeof recordSchema>;

interface Entry {
  record: StoredRecord;
  users: number;
}

/**
 * What addresses have answered, to be asked for again only where it has changed (RFC 9110, If-None-Match, If-Modified-Since):
 * `<root>/<name>/body`, beside it `meta.json`. A part of the build cache, one answer an address, until it is pruned.
 */
export class KeptDownloads implements CacheMounts {
  readonly #options: KeptDownloadsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #records: KeptRecords<StoredRecord>;

  constructor(options: KeptDownloadsOptions) {
    this.#options = options;
    this.#records = new KeptRecords(options.root, recordSchema);
    for (const [id, record] of this.#records.readAll(options.trash)) this.#entries.set(id, { record, users: 0 });
  }

  /** As openAddress. Bytes that are wanted by their checksum and are here are given without asking anybody. */
  async open(address: string, { checksum, ...asking }: KeptOptions): Promise<OpenedAddress> {
    const id = nameOf(address);
    const entry = this.#entries.get(id);
    const wanted = checksum?.startsWith('sha256:') === true ? checksum : undefined;
    // Held from before the question on: another build may put another answer in its place.
    const fd = wanted === undefined || wanted === entry?.record.digest ? this.#bodyOf(id) : undefined;
    if (entry === undefined || fd === undefined) return this.#keep(id, address, await openAddress(address, asking), wanted);
    using held = new DisposableStack();
    const body = held.adopt(createReadStream('', { fd }), (stream) => stream.destroy());
    entry.users++;
    held.defer(() => entry.users--);
    const { etag, 'last-modified': modified } = entry.record.headers;
    let headers = { ...entry.record.headers };
    if (wanted === undefined) {
      const condition = etag === undefined ? { 'if-modified-since': modified ?? '' } : { 'if-none-match': etag };
      const answer = await openAddress(address, asking, condition);
      const isSame = answer.isUnchanged || (etag !== undefined && plain(answer.headers.etag) === plain(etag));
      if (!isSame) return this.#keep(id, address, answer, undefined);
      answer[Symbol.dispose]();
      headers = { ...headers, ...told(answer.headers) };
    }
    const now = String(this.#options.now());
    entry.record = { ...entry.record, headers, lastUsedAt: now, usageCount: entry.record.usageCount + 1 };
    if (this.#entries.get(id) === entry) this.#records.write(id, entry.record);
    const kept = held.move();
    const { size, digest } = entry.record;
    return {
      isUnchanged: true,
      headers: { ...headers, 'content-length': String(size) },
      body: this.#checked(id, entry, body as AsyncIterable<Buffer>, digest),
      [Symbol.dispose]: () => kept.dispose(),
    };
  }

  list(): Promise<readonly CacheRecord[]> {
    const records = this.#entries.entries().map(([id, { record, users }]): CacheRecord => {
      const { description, size, usageCount } = record;
      const times = { createdAt: BigInt(record.createdAt), lastUsedAt: BigInt(record.lastUsedAt) };
      return { id, parents: [], type: 'regular', description, inUse: users > 0, shared: false, size, usageCount, ...times };
    });
    return Promise.resolve([...records]);
  }

  remove(id: string): Promise<void> {
    return Promise.try(() => {
      const entry = this.#entries.get(id);
      if (entry === undefined) return;
      if (entry.users > 0) throw new EngineError('Conflict', `the download ${id} is in use by a build`);
      this.#drop(id);
    });
  }

  /** An answer that comes with nothing to ask by, or that must not be kept, is handed through as it is. */
  #keep(id: string, address: string, answer: OpenedAddress, wanted: string | undefined): OpenedAddress {
    const headers = told(answer.headers);
    const isKept = (headers.etag !== undefined || headers['last-modified'] !== undefined) && !/\bno-store\b/i.test(answer.headers['cache-control'] ?? '');
    return isKept ? { ...answer, body: this.#keeping(id, address, answer, wanted) } : answer;
  }

  async *#keeping(id: string, address: string, answer: OpenedAddress, wanted: string | undefined): AsyncGenerator<Buffer> {
    const path = join(this.#options.root, `new-${randomUUID()}`);
    mkdirSync(path, { mode: 0o700 });
    let isKept = false;
    try {
      const hash = createHash('sha256');
      let size = 0;
      {
        await using file = await open(join(path, 'body'), 'wx', 0o600);
        for await (const chunk of answer.body) {
          hash.update(chunk);
          size += chunk.length;
          await file.writeFile(chunk);
          yield chunk;
        }
      }
      const digest = `sha256:${hash.digest('hex')}`;
      if (wanted !== undefined && wanted !== digest) return;
      const now = String(this.#options.now());
      const times = { createdAt: now, lastUsedAt: now, usageCount: 1 };
      this.#put(id, path, { description: `http url ${shown(address)}`, digest, size, headers: told(answer.headers), ...times });
      isKept = true;
    } finally {
      if (!isKept) this.#options.trash.discard(path);
    }
  }

  async *#checked(id: string, entry: Entry, body: AsyncIterable<Buffer>, digest: string): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    for await (const chunk of body) {
      hash.update(chunk);
      yield chunk;
    }
    if (`sha256:${hash.digest('hex')}` === digest) return;
    if (this.#entries.get(id) === entry) this.#drop(id);
    throw new EngineError('Unavailable', `${entry.record.description}: what was kept of it is damaged and was dropped; the next build fetches it anew`);
  }

  /** Undefined where nothing is kept, or no more. */
  #bodyOf(id: string): number | undefined {
    if (!this.#entries.has(id)) return undefined;
    try {
      return openSync(join(this.#options.root, id, 'body'), 'r');
    } catch {
      this.#drop(id);
      return undefined;
    }
  }

  #put(id: string, path: string, record: StoredRecord): void {
    writeFileSync(join(path, 'meta.json'), JSON.stringify(record));
    this.#drop(id);
    renameSync(path, join(this.#options.root, id));
    this.#entries.set(id, { record, users: 0 });
  }

  #drop(id: string): void {
    if (this.#entries.delete(id)) this.#options.trash.discard(join(this.#options.root, id));
  }
}

function nameOf(address: string): string {
  return createHash('sha256').update(`http\0${address}`).digest('hex').slice(0, 25);
}

/** Without a password. */
function shown(address: string): string {
  return address.replace(/^(\w+:\/\/)[^@/?#]*@/, '$1').slice(0, 2000);
}

function told(headers: OpenedAddress['headers']): StoredRecord['headers'] {
  const names = ['etag', 'last-modified', 'content-disposition'] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' && value !== '' && value.length <= 4096 ? [[name, value]] : [];
    }),
  );
}

/** Weak tags are compared as weak ones are; servers make them so while they compress. */
function plain(tag: string | undefined): string | undefined {
  return tag?.replace(/^W\//, '');
}
