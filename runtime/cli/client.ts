import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { CliError } from './errors.ts';

export const DEFAULT_HOST = 'unix:///run/slipway/slipway.sock';

const failureSchema = z.looseObject({ message: z.string() });

/** Absent values are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface CallOptions {
  readonly query?: Query;
  /** An object goes as JSON; a stream as it is. */
  readonly body?: object | NodeJS.ReadableStream;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

function isStream(body: object): body is NodeJS.ReadableStream {
  return 'pipe' in body;
}

function target(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter((pair): pair is [string, string | number | boolean] => pair[1] !== undefined);
  const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]));
  return pairs.length === 0 ? path : `${path}?${search}`;
}

/** A name as one part of a path: slashes stay, the engine expects them so. */
export function named(name: string): string {
  return encodeURIComponent(name).replaceAll('%2F', '/').replaceAll('%3A', ':');
}

/** Speaks HTTP with an engine over its unix socket. Failures are CliError with the engine's own words. */
export class EngineClient {
  readonly #host: string;
  readonly #socketPath: string;

  /** `unix:///path` or a path. */
  constructor(host: string) {
    const path = host.replace(/^unix:\/\//, '');
    if (!path.startsWith('/')) throw new CliError(`--host: ${JSON.stringify(host)} is not unix:///PATH`);
    this.#host = `unix://${path}`;
    this.#socketPath = path;
  }

  /** The answer once its head is here; its body is still to be read. */
  async open(method: string, path: string, options: CallOptions = {}): Promise<IncomingMessage> {
    const sent = this.#send(method, path, options, {});
    const answer = await this.#answer(sent);
    if ((answer.statusCode ?? 0) >= 400) throw await this.#failure(answer);
    return answer;
  }

  /** The JSON of the answer by its schema; null for an answer without a body. */
  async json<Schema extends z.ZodType>(schema: Schema, method: string, path: string, options: CallOptions = {}): Promise<z.output<Schema>> {
    const text = await textOf(await this.open(method, path, options));
    const parsed = schema.safeParse(text === '' ? null : JSON.parse(text));
    if (!parsed.success) throw new CliError(`unexpected answer of the engine to ${method} ${path}: ${z.prettifyError(parsed.error)}`);
    return parsed.data;
  }

  /** Sends and forgets the answer's body. */
  async call(method: string, path: string, options: CallOptions = {}): Promise<number> {
    const answer = await this.open(method, path, options);
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode ?? 0;
  }

  /** One JSON value a line, as they come. */
  async *lines(method: string, path: string, options: CallOptions = {}): AsyncGenerator<unknown> {
    const answer = await this.open(method, path, options);
    try {
      for await (const line of createInterface({ input: answer, crlfDelay: Number.POSITIVE_INFINITY })) {
        if (line.trim() !== '') yield JSON.parse(line) as unknown;
      }
    } finally {
      answer.destroy();
    }
  }

  /** Turns the connection into a raw one. */
  hijack(path: string, options: CallOptions = {}): Promise<{ readonly socket: Socket; readonly multiplexed: boolean }> {
    const sent = this.#send('POST', path, options, { Connection: 'Upgrade', Upgrade: 'tcp' });
    return new Promise((resolve, reject) => {
      sent.once('upgrade', (answer, socket: Socket, head) => {
        if (head.length > 0) socket.unshift(head);
        resolve({ socket, multiplexed: answer.headers['content-type']?.includes('multiplexed') === true });
      });
      this.#answer(sent).then(
        (answer) => this.#failure(answer).then(reject, reject),
        (error: unknown) => reject(error as Error),
      );
    });
  }

  #send(method: string, path: string, options: CallOptions, headers: Record<string, string>): ClientRequest {
    const { body, signal } = options;
    const json = body === undefined || isStream(body) ? null : Buffer.from(JSON.stringify(body));
    const sent = request({
      socketPath: this.#socketPath,
      method,
      path: target(path, options.query),
      headers: { ...options.headers, ...headers, ...(json ? { 'Content-Type': 'application/json', 'Content-Length': json.length } : {}) },
      agent: false,
      ...(signal ? { signal } : {}),
    });
    if (body !== undefined && isStream(body)) body.pipe(sent);
    else sent.end(json ?? undefined);
    return sent;
  }

  #answer(sent: ClientRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      sent.once('response', resolve);
      sent.once('error', (error: NodeJS.ErrnoException) => {
        const unreachable = ['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTSOCK'].includes(error.code ?? '');
        reject(
          unreachable
            ? new CliError(`cannot reach an engine at ${this.#host} (${error.code ?? ''}): is it running? "slipway engine" starts one`, { cause: error })
            : new CliError(`the connection to the engine broke: ${error.message}`, { cause: error }),
        );
      });
    });
  }

  async #failure(answer: IncomingMessage): Promise<CliError> {
    const text = await textOf(answer);
    const status = answer.statusCode ?? 0;
    try {
      return new CliError(failureSchema.parse(JSON.parse(text)).message, { status });
    } catch {
      return new CliError(`the engine answered with status ${status}`, { status });
    }
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
