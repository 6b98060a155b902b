import { digestOf } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { BuildEvent } from '../build/build-events.ts';
import type { BuildDetails, BuildRecord, BuildRequest, BuildService, BuiltImage, CachePruneOptions, CacheRecord } from '../build/build-service.ts';

/** Builds that tell `events` and end as `outcome` says; what they were asked for is kept. */
export class FakeBuilds implements BuildService {
  readonly requests: BuildRequest[] = [];
  readonly prunes: CachePruneOptions[] = [];
  readonly records = new Map<string, BuildDetails>();
  readonly #listeners = new Set<(record: BuildRecord) => void>();
  events: readonly BuildEvent[] = [];
  outcome: BuiltImage | Error = { id: digestOf('built'), names: [], warnings: [] };
  cached: readonly CacheRecord[] = [];
  follow: (vertex: number) => ReturnType<BuildService['followLogs']> = () => {
    throw new EngineError('Internal', 'nothing is followed');
  };

  async build(request: BuildRequest, { onEvent }: Parameters<BuildService['build']>[1]): Promise<BuiltImage> {
    this.requests.push(request);
    if (request.context.kind === 'tar') for await (const _ of request.context.archive);
    for (const event of this.events) await onEvent(event);
    if (this.outcome instanceof Error) throw this.outcome;
    return this.outcome;
  }

  /** `id name: text` of each. */
  readonly sent: string[] = [];
  async sendContext(build: string, name: string, archive: AsyncIterable<Uint8Array>): Promise<void> {
    const pieces: Uint8Array[] = [];
    for await (const piece of archive) pieces.push(Buffer.from(piece));
    this.sent.push(`${build} ${name}: ${Buffer.concat(pieces).toString()}`);
  }

  cache(): Promise<readonly CacheRecord[]> {
    return Promise.resolve(this.cached);
  }

  prune(options: CachePruneOptions): Promise<{ readonly deleted: readonly string[]; readonly reclaimed: number }> {
    this.prunes.push(options);
    return Promise.resolve({ deleted: this.cached.map(({ id }) => id), reclaimed: this.cached.reduce((sum, { size }) => sum + size, 0) });
  }

  history(): readonly BuildRecord[] {
    return [...this.records.values()];
  }

  details(id: string): BuildDetails {
    const found = this.records.get(id);
    if (found === undefined) throw new EngineError('NotFound', `no such build: ${id}`);
    return found;
  }

  logs(id: string, vertex: number): ReturnType<BuildService['logs']> {
    return [{ stream: 1, time: 1_700_000_000_000_000_000n, data: Buffer.from(`${this.details(id).id} ${vertex}`) }];
  }

  followLogs(id: string, vertex: number): ReturnType<BuildService['followLogs']> {
    this.details(id);
    return this.follow(vertex);
  }

  cancel(id: string): Promise<void> {
    if (this.details(id).status !== 'running') return Promise.reject(new EngineError('Conflict', `build ${id} has ended already`));
    this.change({ ...this.details(id), status: 'canceled' });
    return Promise.resolve();
  }

  forget(id: string): void {
    this.details(id);
    this.records.delete(id);
  }

  change(record: BuildDetails): void {
    this.records.set(record.id, record);
    for (const listener of this.#listeners) listener(record);
  }

  onChange(listener: (record: BuildRecord) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
