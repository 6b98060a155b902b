import { once } from 'node:events';
import { Readable } from 'node:stream';
import { EngineError, isKind } from '../../base/errors.ts';
import { Authorizer } from './authorizer.ts';
import { readBounded } from './bounded.ts';
import type { Credentials } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { registryError } from './registry-error.ts';
import { RETRY_AFTER } from './retry.ts';
import { type RegistryRequest, type RegistryResponse, Transport } from './transport.ts';

const MAX_ERROR = 64 * 1024;
const NOT_A_REGISTRY = new Set([400, 404]);

export interface SessionRequest extends Omit<RegistryRequest, 'url'> {
  /** Below the origin, or a whole URL that the registry has given. */
  readonly path: string | URL;
  /** `repository:<path>:<actions>`; empty for the registry as such. */
  readonly scope: string;
  /** Statuses that are no failure. */
  readonly expected: readonly number[];
}

/** Requests to one endpoint with one client's credentials. It is closed once everyone who has it has disposed of it. */
export class RegistrySession implements Disposable {
  readonly endpoint: Endpoint;
  readonly #transport: Transport;
  readonly #authorizer: Authorizer;
  #users = 1;

  /** A mirror gets no credentials: they are for the registry it copies. */
  constructor(endpoint: Endpoint, credentials: Credentials) {
    this.endpoint = endpoint;
    this.#transport = new Transport(endpoint);
    this.#authorizer = new Authorizer(this.#transport, endpoint.isMirror ? {} : credentials);
  }

  get identityToken(): string | undefined {
    return this.#authorizer.identityToken;
  }

  /**
   * Answers a refusal once with what the registry asks for. Throws by the registry's status, with its words: Unauthorized,
   * PermissionDenied, NotFound, Unavailable (may pass), InvalidArgument.
   */
  async send({ path, scope, expected, ...rest }: SessionRequest): Promise<RegistryResponse> {
    const url = new URL(path, this.endpoint.origin);
    for (let attempt = 0; ; attempt++) {
      // What the registry has sent us elsewhere for needs no key of ours.
      const authorization = url.origin === this.endpoint.origin ? await this.#authorizer.header(scope, rest.signal) : undefined;
      const headers = { ...rest.headers, ...(authorization === undefined ? {} : { authorization }) };
      const response = await this.#transport.send({ ...rest, url, headers });
      if (expected.includes(response.status)) return response;
      const isRefused = response.status === 401 && response.url.origin === this.endpoint.origin;
      const isAnswered = attempt === 0 && isRefused && (await this.#authorizer.answer(response.headers['www-authenticate'], scope, rest.signal));
      if (!isAnswered) throw await failure(response);
      await discard(response);
      // Its bytes are gone: whoever has sent them knows how to go on.
      if (rest.body instanceof Readable)
        throw new EngineError('Unavailable', `${url.origin}: the registry wants a new token`, { details: { [RETRY_AFTER]: 0 } });
    }
  }

  /**
   * Asks whether a registry is there. Throws Unavailable when nobody answers, and for an answer by plain HTTP that is not one of a
   * registry: servers answer so to those who speak no TLS with them.
   */
  async probe(signal: AbortSignal): Promise<void> {
    const url = new URL('/v2/', this.endpoint.origin);
    const response = await this.#transport.send({ method: 'GET', url, signal });
    await discard(response);
    if (url.protocol === 'http:' && NOT_A_REGISTRY.has(response.status)) {
      throw new EngineError('Unavailable', `${url.href}: not a registry: it answered ${response.status}`);
    }
  }

  /** For work that may go on after whoever opened the session has left. */
  retain(): Disposable {
    this.#users++;
    return { [Symbol.dispose]: () => this.#release() };
  }

  [Symbol.dispose](): void {
    this.#release();
  }

  #release(): void {
    if (--this.#users === 0) this.#transport[Symbol.dispose]();
  }
}

async function failure({ status, headers, body, url }: RegistryResponse): Promise<EngineError> {
  const text = await readBounded(body, MAX_ERROR, url.origin).catch((error: unknown) => {
    if (isKind(error, 'TooLarge')) return Buffer.alloc(0);
    throw error;
  });
  const error = registryError(status, text, `${url.origin}${url.pathname}`);
  const seconds = Number(headers['retry-after']);
  if (!(seconds >= 0)) return error;
  return new EngineError(error.kind, error.message, { details: { ...error.details, [RETRY_AFTER]: seconds * 1000 } });
}

/** Read to its end, so that the connection can be used again. */
async function discard({ body }: RegistryResponse): Promise<void> {
  body.resume();
  if (!body.readableEnded && !body.destroyed) await once(body, 'close').catch(() => undefined);
}
