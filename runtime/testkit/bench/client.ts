import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import { RawCaller } from './raw-caller.ts';

/** A client of one engine's socket, the same for both engines. */
export class EngineClient {
  readonly name: string;
  readonly socket: string;
  readonly #caller: RawCaller;

  constructor(name: string, socket: string) {
    this.name = name;
    this.socket = socket;
    this.#caller = new RawCaller(socket);
  }

  #request(
    method: string,
    path: string,
    headers: Record<string, string | number>,
    done: (response: IncomingMessage) => void,
    failed: (error: Error) => void,
  ): ClientRequest {
    return request({ socketPath: this.socket, method, path: `/v1.41${path}`, headers }, done).on('error', failed);
  }

  /** Sends `body` as JSON and resolves to the whole answer. Throws on a status of 400 or more. */
  async call(method: string, path: string, body?: unknown): Promise<string> {
    const answer = await this.#caller.call(method, `/v1.41${path}`, body === undefined ? '' : JSON.stringify(body));
    if (answer.status >= 400) throw new Error(`${this.name}: ${method} ${path}: ${answer.status} ${answer.body.slice(0, 500)}`);
    return answer.body;
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return JSON.parse(await this.call(method, path, body)) as T;
  }

  /** Counts the bytes of an answer without keeping them. */
  drain(method: string, path: string, upload?: Readable): Promise<{ bytes: number; tail: string }> {
    return new Promise((resolve, reject) => {
      const sent = this.#request(
        method,
        path,
        upload === undefined ? {} : { 'content-type': 'application/x-tar', 'transfer-encoding': 'chunked' },
        (response) => {
          let bytes = 0;
          let tail = '';
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            tail = chunk.subarray(-500).toString();
          });
          response.on('error', reject);
          response.on('end', () => {
            if ((response.statusCode ?? 0) >= 400 || tail.includes('"error"'))
              reject(new Error(`${this.name}: ${method} ${path}: ${response.statusCode} ${tail}`));
            else resolve({ bytes, tail });
          });
        },
        reject,
      );
      if (upload === undefined) sent.end();
      else upload.on('error', reject).pipe(sent);
    });
  }

  /** Creates a container, without network unless it is asked for, and returns its id. */
  async create(
    image: string,
    command: readonly string[],
    host: { readonly PortBindings?: object; readonly NetworkMode?: string } = { NetworkMode: 'none' },
  ): Promise<string> {
    const body = {
      Image: image,
      Cmd: command,
      ExposedPorts: Object.fromEntries(Object.keys(host.PortBindings ?? {}).map((port) => [port, {}])),
      HostConfig: host,
    };
    return (await this.json<{ Id: string }>('POST', '/containers/create', body)).Id;
  }

  async start(id: string): Promise<void> {
    await this.call('POST', `/containers/${id}/start`);
  }

  /** Resolves when the container has ended. Throws when its exit code is not 0. */
  async wait(id: string): Promise<void> {
    const { StatusCode } = await this.json<{ StatusCode: number }>('POST', `/containers/${id}/wait`);
    if (StatusCode !== 0) throw new Error(`${this.name}: container ended with ${StatusCode}`);
  }

  async remove(id: string): Promise<void> {
    await this.call('DELETE', `/containers/${id}?force=1&v=1`);
  }
}
