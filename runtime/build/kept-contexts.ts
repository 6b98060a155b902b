import { createHash } from 'node:crypto';
import type { Digest } from '../base/digest.ts';
import { untilAborted } from '../store/incoming.ts';
import type { ContextSource } from './build-service.ts';
import type { BuildContexts, ReceivedContext, ReceiveOptions } from './context.ts';

/** Bytes of an archive that is compared with earlier ones; it is in memory until then. */
const COMPARED_BYTES = 16 * 1024 * 1024;
/** Contexts that are kept for the next build, and the bytes of their files. */
const KEPT = 8;
const KEPT_BYTES = 64 * 1024 * 1024;

interface Kept {
  readonly context: ReceivedContext;
  readonly bytes: number;
  /** Records of builds that had it. */
  readonly builds: Set<string>;
  users: number;
  /** No build will find it any more: it goes with its last user. */
  dropped: boolean;
}

/**
 * Unpacks no archive twice that is sent again as it was: most builds of a small context change nothing of it, and to write its files costs
 * more than all else of such a build. What steps read of it is known then as well.
 */
export class KeptContexts implements BuildContexts, AsyncDisposable {
  readonly #contexts: BuildContexts;
  /** By what was sent, the longest unused first. */
  readonly #kept = new Map<Digest, Kept>();

  constructor(contexts: BuildContexts) {
    this.#contexts = contexts;
  }

  async receive(source: ContextSource, options: ReceiveOptions): Promise<ReceivedContext> {
    if (source.kind !== 'tar') return this.#contexts.receive(source, options);
    const archive = untilAborted(source.archive, options.signal);
    const pieces: Buffer[] = [];
    // The Dockerfile's name says which files are ignored.
    const hash = createHash('sha256').update(`${options.dockerfile ?? ''}\0`);
    let bytes = 0;
    while (bytes <= COMPARED_BYTES) {
      const next = await archive.next();
      if (next.done === true) return this.#known(`sha256:${hash.digest('hex')}`, pieces, bytes, options);
      // A piece is valid until the next.
      pieces.push(Buffer.from(next.value));
      hash.update(next.value);
      bytes += next.value.length;
    }
    return this.#contexts.receive({ kind: 'tar', archive: joined(pieces, archive) }, options);
  }

  read(...parameters: Parameters<BuildContexts['read']>): ReturnType<BuildContexts['read']> {
    return this.#contexts.read(...parameters);
  }

  release(buildId: string): void {
    this.#contexts.release(buildId);
  }

  /** The record of a build is gone: what only it has had goes too, once nobody reads it. */
  async forget(build: string): Promise<void> {
    for (const [name, { builds }] of this.#kept) if (builds.delete(build) && builds.size === 0) await this.#drop(name);
  }

  /** Everything goes, what is in use with its last user. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#kept.keys()) await this.#drop(name);
  }

  async #known(name: Digest, pieces: Buffer[], bytes: number, options: ReceiveOptions): Promise<ReceivedContext> {
    const found = this.#kept.get(name);
    if (found !== undefined) {
      this.#kept.delete(name);
      this.#kept.set(name, found);
      return this.#use(found, options);
    }
    const context = await this.#contexts.receive({ kind: 'tar', archive: joined(pieces) }, options);
    await this.#drop(name);
    const kept: Kept = { context, bytes: Math.max(bytes, context.bytes ?? 0), builds: new Set(), users: 0, dropped: false };
    this.#kept.set(name, kept);
    const used = this.#use(kept, options);
    if (kept.bytes > KEPT_BYTES) await this.#drop(name);
    else await this.#bound();
    return used;
  }

  #use(kept: Kept, { build }: ReceiveOptions): ReceivedContext {
    kept.users++;
    if (build !== undefined) kept.builds.add(build);
    let ended = false;
    return {
      ...kept.context,
      [Symbol.asyncDispose]: async () => {
        if (ended) return;
        ended = true;
        kept.users--;
        if (kept.dropped && kept.users === 0) await kept.context[Symbol.asyncDispose]();
      },
    };
  }

  async #bound(): Promise<void> {
    let total = this.#kept.values().reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [name, { bytes }] of this.#kept) {
      if (this.#kept.size <= KEPT && total <= KEPT_BYTES) return;
      total -= bytes;
      await this.#drop(name);
    }
  }

  async #drop(name: Digest): Promise<void> {
    const kept = this.#kept.get(name);
    if (kept === undefined) return;
    this.#kept.delete(name);
    kept.dropped = true;
    if (kept.users === 0) await kept.context[Symbol.asyncDispose]();
  }
}

async function* joined(pieces: Buffer[], rest?: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) yield piece;
  if (rest !== undefined) yield* rest;
}
