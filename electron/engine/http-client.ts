import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ShellError } from '../ipc/failure.ts';
import { toShellError } from './connection-failure.ts';
import { drained } from './drained.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface CallOptions {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it comes, in place of `json`. */
  readonly body?: AsyncIterable<Uint8Array>;
  /** Length of `body` in bytes, where known. */
  readonly length?: number;
  /** Beside those that are made from the other options. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Upgraded {
  readonly socket: Duplex;
}

/** An answer that is read whole is refused beyond this many bytes. */
const MAX_ANSWER = 64 * 1024 * 1024;

/** Speaks HTTP to the engine's unix socket. Every method throws ShellError with the engine's status and words. */
export class EngineClient {
  readonly socketPath: string;

  constructor(socketPath: string) {
    this.socketPath = socketPath;
  }

  /** The answer's JSON; null when there is none. */
  async json(method: string, path: string, options: CallOptions = {}): Promise<unknown> {
    const answer = await this.stream(method, path, options);
    const text = await readAll(answer);
    if (text === '') return null;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new ShellError(`the engine's answer to ${method} ${path} is not JSON`, 0, { cause: error });
    }
  }

  /** The answer as it comes; statuses from 400 throw. Aborting or destroying it ends the request. */
  async stream(method: string, path: string, options: CallOptions = {}): Promise<IncomingMessage> {
    const answer = await this.#send(method, path, options);
    const status = answer.statusCode ?? 0;
    if (status < 400) return answer;
    throw new ShellError(errorText(await readAll(answer), status), status);
  }

  /** Whether the answer to a HEAD is a success. */
  async exists(path: string, query: Query): Promise<boolean> {
    const answer = await this.#send('HEAD', path, { query });
    answer.resume();
    return (answer.statusCode ?? 500) < 300;
  }

  /** Asks for a raw connection, as `docker exec` does; bytes flow both ways afterwards. */
  upgrade(path: string, json: unknown, signal: AbortSignal): Promise<Upgraded> {
    return new Promise((resolve, reject) => {
      const body = JSON.stringify(json);
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), connection: 'Upgrade', upgrade: 'tcp' };
      const call = request({ socketPath: this.socketPath, method: 'POST', path, headers: { host: 'slipway', ...headers }, signal });
      call.on('upgrade', (_answer, socket, head) => {
        if (head.length > 0) socket.unshift(head);
        resolve({ socket });
      });
      call.on('response', (answer) => {
        const status = answer.statusCode ?? 0;
        readAll(answer).then(
          (text) => reject(new ShellError(status < 400 ? 'the engine did not open a raw connection' : errorText(text, status), status)),
          reject,
        );
      });
      call.on('error', (error) => reject(toShellError(error)));
      call.end(body);
    });
  }

  #send(method: string, path: string, options: CallOptions): Promise<IncomingMessage> {
    const query = new URLSearchParams(
      Object.entries(options.query ?? {}).flatMap(([key, value]) => [value].flat().map((one): [string, string] => [key, String(one)])),
    ).toString();
    const text = options.json === undefined ? undefined : JSON.stringify(options.json);
    const headers: OutgoingHttpHeaders = { ...options.headers, host: 'slipway' };
    if (text !== undefined) Object.assign(headers, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    if (options.body) headers['content-type'] = 'application/x-tar';
    if (options.body && options.length !== undefined) headers['content-length'] = options.length;
    return new Promise((resolve, reject) => {
      const call = request({
        socketPath: this.socketPath,
        method,
        path: query === '' ? path : `${path}?${query}`,
        headers,
        ...(options.signal && { signal: options.signal }),
      });
      call.on('response', resolve);
      call.on('socket', listen);
      call.on('error', (error) => reject(toShellError(error)));
      if (options.body) pump(options.body, call).catch((error: unknown) => call.destroy(toShellError(error)));
      else call.end(text);
    });
  }
}

/** A path from its parts, each one escaped; a slash or colon inside a name stays, as Docker's clients leave it. @throws ShellError for `.` and `..`. */
export function enginePath(...parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split('/'))
    .map((part) => {
      if (part === '.' || part === '..') throw new ShellError(`not a name: ${parts.join('/')}`, 400);
      return `/${encodeURIComponent(part).replaceAll('%3A', ':').replaceAll('%40', '@')}`;
    })
    .join('');
}

const ignore = (): void => undefined;

/** A request that is cancelled as the last byte of its answer is read has its connection end with an error that nobody listens for any more. */
function listen(socket: Socket): void {
  if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
}

async function pump(body: AsyncIterable<Uint8Array>, call: ReturnType<typeof request>): Promise<void> {
  for await (const chunk of body) {
    // The engine may answer before it has read all, with an error: then nobody waits for the rest.
    if (call.destroyed || call.writableEnded) return;
    if (!call.write(chunk)) await drained(call);
  }
  call.end();
}

async function readAll(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER) throw new ShellError(`the engine's answer is longer than ${MAX_ANSWER} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw toShellError(error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function errorText(body: string, status: number): string {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string' && message !== '') return message;
  } catch {
    // Not JSON: the status says what there is to say.
  }
  return `the engine answered with status ${status}`;
}
