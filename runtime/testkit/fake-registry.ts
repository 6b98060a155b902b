import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request. */
export interface UploadFault {
  /** So many bytes of it are kept, then the connection breaks. */
  readonly keep?: number;
  /** It is done, and nobody hears of it. */
  readonly mute?: boolean;
  readonly answer?: { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly code?: string };
  /** The upload it is for is forgotten first. */
  readonly forget?: boolean;
}

export interface FakeRegistryOptions {
  /** Asked for as OCI-Chunk-Min-Length. */
  readonly chunk?: number;
  /** `seen`: earlier requests of the same method. */
  readonly fault?: (method: string, seen: number) => UploadFault | undefined;
  /** Who gets in; by default everybody. */
  readonly admit?: (request: IncomingMessage) => { readonly challenge: string } | undefined;
}

/** Takes uploads as the distribution specification says, and keeps what has arrived of broken ones. */
export class FakeRegistry implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: FakeRegistryOptions;
  readonly #uploads = new Map<string, Buffer[]>();
  readonly blobs = new Map<string, Buffer>();
  /** `METHOD`, with the range of a chunk and the status it got. */
  readonly requests: string[] = [];
  /** Bytes of uploads that were received, whether kept or not. */
  received = 0;
  origin = '';

  private constructor(options: FakeRegistryOptions) {
    this.#options = options;
    this.#server = createServer((request, answer) => void this.#take(request, answer).catch(() => answer.destroy()));
  }

  static async start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    registry.origin = `http://127.0.0.1:${(registry.#server.address() as AddressInfo).port}`;
    return registry;
  }

  /** Uploads that have neither come to an end nor been dropped. */
  get open(): number {
    return this.#uploads.size;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const method = request.method ?? '';
    const range = request.headers['content-range'];
    const seen = this.requests.filter((line) => line.startsWith(method)).length;
    const line = this.requests.push(range === undefined ? method : `${method} ${range}`) - 1;
    const say = (status: number, headers: Readonly<Record<string, string>> = {}, code?: string): void => {
      this.requests[line] += ` ${status}`;
      answer.writeHead(status, headers).end(code === undefined ? undefined : JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }));
    };
    const refused = this.#options.admit?.(request);
    if (refused !== undefined) return say(401, { 'www-authenticate': refused.challenge }, 'UNAUTHORIZED');
    const fault = this.#options.fault?.(method, seen);
    const url = new URL(request.url ?? '/', this.origin);
    const id = url.pathname.split('/').at(-1) ?? '';
    if (fault?.forget) this.#uploads.delete(id);
    if (fault?.answer !== undefined) return say(fault.answer.status, fault.answer.headers, fault.answer.code);
    if (fault?.mute) answer.end = () => answer.destroy();
    if (method === 'HEAD') return say(this.blobs.has(id) ? 200 : 404);
    if (method === 'POST') return this.#open(say);
    const upload = this.#uploads.get(id);
    if (upload === undefined) return say(404, {}, 'BLOB_UPLOAD_UNKNOWN');
    const length = lengthOf(upload);
    if (method === 'GET') return say(204, this.#placeOf(id, length));
    if (method === 'DELETE') return void (this.#uploads.delete(id), say(204));
    if (range !== undefined && Number(range.split('-')[0]) !== length) return say(416, this.#placeOf(id, length), 'BLOB_UPLOAD_INVALID');
    for await (const piece of request as AsyncIterable<Buffer>) {
      this.received += piece.length;
      const left = (fault?.keep ?? Number.POSITIVE_INFINITY) - (lengthOf(upload) - length);
      upload.push(piece.subarray(0, left));
      if (piece.length >= left) return void request.destroy();
    }
    if (method === 'PATCH') return say(202, this.#placeOf(id, lengthOf(upload)));
    const bytes = Buffer.concat(upload);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (digest !== url.searchParams.get('digest')) return say(400, {}, 'DIGEST_INVALID');
    this.#uploads.delete(id);
    this.blobs.set(digest, bytes);
    say(201, { location: `/v2/a/blobs/${digest}` });
  }

  #open(say: (status: number, headers: Readonly<Record<string, string>>) => void): void {
    const id = randomUUID();
    this.#uploads.set(id, []);
    say(202, { ...this.#placeOf(id, 0), ...(this.#options.chunk === undefined ? {} : { 'oci-chunk-min-length': String(this.#options.chunk) }) });
  }

  #placeOf(id: string, length: number): Record<string, string> {
    return { location: `/v2/a/blobs/uploads/${id}`, range: `0-${Math.max(length - 1, 0)}` };
  }
}

const lengthOf = (pieces: readonly Buffer[]): number => pieces.reduce((sum, piece) => sum + piece.length, 0);
