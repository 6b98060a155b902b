import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';

export interface StorageMaterial {
  readonly archives: readonly Buffer[];
  /** Archives of root file systems. */
  readonly rootfs: readonly Buffer[];
  /** Contexts of builds whose bases are in that registry. */
  readonly contexts: readonly Buffer[];
  /** References of a registry that answers; none: nothing is pulled. */
  readonly remote: readonly string[];
}

/** A request whose answer is bytes. With `cutAfter` the client goes away after so many of them. */
export function fetchBytes(
  socketPath: string,
  method: string,
  path: string,
  body?: Buffer | object,
  cutAfter = Number.POSITIVE_INFINITY,
): Promise<FetchedBytes> {
  const { promise, resolve, reject } = Promise.withResolvers<FetchedBytes>();
  const type = Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json';
  const sent = request({ socketPath, method, path, agent: false, headers: body === undefined ? {} : { 'Content-Type': type } }, (answer) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > cutAfter) sent.destroy();
    });
    answer.on('error', reject);
    answer.on('close', () => resolve({ status: answer.statusCode ?? 0, bytes: Buffer.concat(chunks) }));
  });
  sent.on('error', reject);
  sent.end(Buffer.isBuffer(body) || body === undefined ? body : JSON.stringify(body));
  return promise;
}

export interface FetchedBytes {
  readonly status: number;
  readonly bytes: Buffer;
}

/**
 * Clients of one engine that do at random what stores, names and removes images, until `signal` fires. Refusals are part of it; what
 * the engine calls its own fault is reported.
 */
export class RandomStorageWork {
  readonly faults: string[] = [];
  /** How often each kind of request was answered as asked. */
  readonly done = new Map<string, number>();
  readonly #socket: string;
  readonly #random: Random;
  readonly #material: StorageMaterial;
  readonly #reached = Promise.withResolvers<void>();
  #begun = 0;
  #wanted = Number.POSITIVE_INFINITY;

  constructor(socket: string, random: Random, material: StorageMaterial) {
    this.#socket = socket;
    this.#random = random;
    this.#material = material;
  }

  /** Resolves when so many requests that change something have begun. */
  begun(count: number): Promise<void> {
    this.#wanted = count;
    return this.#reached.promise;
  }

  async run(clients: number, signal: AbortSignal): Promise<void> {
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (!signal.aborted) await this.#step(signal);
      }),
    );
  }

  async #step(signal: AbortSignal): Promise<void> {
    const operations = [this.#load, this.#load, this.#pull, this.#pull, this.#tag, this.#remove, this.#remove, this.#prune, this.#save];
    operations.push(this.#build, this.#build, this.#pruneCache, this.#create, this.#create, this.#commit, this.#commit, this.#removeContainer);
    operations.push(this.#start, this.#import, this.#tags, this.#push);
    const operation = this.#random.pick(operations);
    try {
      await operation?.call(this);
    } catch (error) {
      // The engine was killed, or this client went away.
      if (!signal.aborted && !['ECONNRESET', 'EPIPE'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
      await sleep(1);
    }
  }

  async #call(kind: string, method: string, path: string, body?: Buffer | object, cutAfter?: number): Promise<FetchedBytes> {
    if (kind !== 'list') this.#begun++;
    if (this.#begun >= this.#wanted) this.#reached.resolve();
    const answer = await fetchBytes(this.#socket, method, path, body, cutAfter);
    // Another client may have removed an image right before it was wanted.
    const text = answer.bytes.subarray(0, 2000).toString();
    if (
      answer.status >= 500 ||
      (kind !== 'save' &&
        /"error":"(?!.*(?:context canceled|No such image|An image does not exist locally|tag does not exist|failed to resolve source metadata))/.test(text))
    )
      this.faults.push(`${kind} ${path}: ${text}`);
    if (answer.status < 300) this.done.set(kind, (this.done.get(kind) ?? 0) + 1);
    return answer;
  }

  async #json<T>(path: string): Promise<T> {
    return JSON.parse((await this.#call('list', 'GET', path)).bytes.toString()) as T;
  }

  async #anyImage(): Promise<{ readonly Id: string; readonly RepoTags: readonly string[] } | undefined> {
    return this.#random.pick(await this.#json<{ Id: string; RepoTags: string[] }[]>('/images/json?all=1'));
  }

  /** Of those made here: a build whose container is taken away has every right to fail. */
  async #anyContainer(): Promise<string | undefined> {
    const filters = encodeURIComponent(JSON.stringify({ label: ['random'] }));
    return this.#random.pick(await this.#json<{ Id: string }[]>(`/containers/json?all=1&filters=${filters}`))?.Id;
  }

  async #load(): Promise<void> {
    await this.#call('load', 'POST', '/images/load?quiet=1', this.#random.pick(this.#material.archives));
  }

  /** Often two at once, of one image. */
  async #pull(): Promise<void> {
    const name = this.#random.pick(this.#material.remote);
    if (name === undefined) return;
    const pull = (): Promise<FetchedBytes> => this.#call('pull', 'POST', `/images/create?fromImage=${encodeURIComponent(name)}`);
    await Promise.all(this.#random.below(2) === 0 ? [pull(), pull()] : [pull()]);
  }

  async #build(): Promise<void> {
    const context = this.#random.pick(this.#material.contexts);
    if (context !== undefined) await this.#call('build', 'POST', `/build?t=built:${this.#random.below(3)}&nocache=${this.#random.below(2)}`, context);
  }

  async #pruneCache(): Promise<void> {
    if (this.#random.below(3) === 0) await this.#call('cache', 'POST', `/build/prune?all=${this.#random.below(2)}`);
  }

  async #tag(): Promise<void> {
    const image = await this.#anyImage();
    if (image !== undefined) await this.#call('tag', 'POST', `/images/${image.Id}/tag?repo=named&tag=${this.#random.below(5)}`);
  }

  /** Many names at once, which move from image to image and go. */
  async #tags(): Promise<void> {
    const images = [await this.#anyImage(), await this.#anyImage()].flatMap((image) => image ?? []);
    const calls = Array.from({ length: 8 }, (_, index): Promise<FetchedBytes> => {
      if (this.#random.below(4) === 0) return this.#call('untag', 'DELETE', `/images/storm:${index % 4}`);
      return this.#call('tag', 'POST', `/images/${this.#random.pick(images)?.Id ?? 'none'}/tag?repo=storm&tag=${index % 4}`);
    });
    await Promise.all(calls);
  }

  async #import(): Promise<void> {
    const tag = this.#random.below(3);
    await this.#call('import', 'POST', `/images/create?fromSrc=-&repo=imported&tag=${tag}`, this.#random.pick(this.#material.rootfs));
  }

  /** Back to where pulls come from. */
  async #push(): Promise<void> {
    const image = await this.#anyImage();
    const [registry] = this.#material.remote[0]?.split('/') ?? [];
    if (image === undefined || registry === undefined) return;
    const repository = `${registry}/pushed`;
    const { status } = await this.#call('tag', 'POST', `/images/${image.Id}/tag?repo=${repository}&tag=${this.#random.below(3)}`);
    if (status === 201) await this.#call('push', 'POST', `/images/${repository}/push`, undefined, this.#random.below(3) === 0 ? 10 : undefined);
  }

  async #remove(): Promise<void> {
    const image = await this.#anyImage();
    if (image === undefined) return;
    const name = this.#random.below(3) === 0 ? image.Id : (image.RepoTags[0] ?? image.Id);
    await this.#call('remove', 'DELETE', `/images/${name}?force=${this.#random.below(2)}&noprune=${this.#random.below(2)}`);
  }

  async #prune(): Promise<void> {
    const filters = encodeURIComponent(JSON.stringify({ dangling: [String(this.#random.below(3) > 0)] }));
    await this.#call('prune', 'POST', `/images/prune?filters=${filters}`);
  }

  async #save(): Promise<void> {
    const image = await this.#anyImage();
    if (image === undefined) return;
    await this.#call('save', 'GET', `/images/${image.Id}/get`, undefined, this.#random.below(3) === 0 ? 300_000 : undefined);
  }

  async #create(): Promise<void> {
    const image = await this.#anyImage();
    if (image === undefined) return;
    const Cmd = ['sh', '-c', `echo ${this.#random.below(5)} > /changed; rm -f /part0/file`];
    await this.#call('create', 'POST', '/containers/create', { Image: image.Id, Cmd, Labels: { random: '' }, HostConfig: { NetworkMode: 'none' } });
  }

  /** So that there is something to commit, often while it runs. */
  async #start(): Promise<void> {
    const container = await this.#anyContainer();
    if (container !== undefined) await this.#call('start', 'POST', `/containers/${container}/start`);
  }

  async #commit(): Promise<void> {
    const container = await this.#anyContainer();
    if (container !== undefined) await this.#call('commit', 'POST', `/commit?container=${container}&repo=made&tag=${this.#random.below(4)}`);
  }

  async #removeContainer(): Promise<void> {
    const container = await this.#anyContainer();
    if (container !== undefined) await this.#call('rm', 'DELETE', `/containers/${container}?force=1`);
  }
}
