import { type IncomingHttpHeaders, type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { rootCertificates } from 'node:tls';
import { EngineError, messageOf } from '../../base/errors.ts';
import type { Endpoint } from './endpoint.ts';

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
  readonly signal: AbortSignal;
}

/** The body must be read or destroyed. */
export interface RegistryResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: IncomingMessage;
  /** After redirects. */
  readonly url: URL;
}

const MAX_REDIRECTS = 5;
const MAX_HEADERS = 64 * 1024;
/** A registry that says nothing for so long is taken for dead. */
const SILENCE_MS = 60_000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Requests to one endpoint, over connections that are kept while it is in use. Proxies are taken from the environment (HTTPS_PROXY, HTTP_PROXY, NO_PROXY). */
export class Transport implements Disposable {
  readonly endpoint: Endpoint;
  readonly #plain = new PlainAgent({ keepAlive: true, proxyEnv: process.env });
  readonly #tls: TlsAgent;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
    this.#tls = new TlsAgent({ keepAlive: true, proxyEnv: process.env });
  }

  /** Follows redirects of requests without a body. Throws Unavailable when the host cannot be reached or breaks off, Canceled when aborted. */
  async send(sent: RegistryRequest): Promise<RegistryResponse> {
    let { url } = sent;
    let headers = { ...sent.headers };
    for (let hop = 0; ; hop++) {
      const response = await this.#once({ ...sent, url, headers });
      const { location } = response.headers;
      const status = response.statusCode ?? 0;
      if (!REDIRECTS.has(status) || location === undefined || (sent.method !== 'GET' && sent.method !== 'HEAD')) {
        return { status, headers: response.headers, body: response, url };
      }
      response.destroy();
      if (hop === MAX_REDIRECTS) throw new EngineError('Unavailable', `${sent.method} ${sent.url.href}: too many redirects`);
      const next = redirectTarget(location, url);
      // Whoever is elsewhere gets nothing that was meant for this host.
      if (next.origin !== url.origin) headers = without(headers, 'authorization');
      url = next;
    }
  }

  [Symbol.dispose](): void {
    this.#plain.destroy();
    this.#tls.destroy();
  }

  async #once({ method, url, headers = {}, body, signal }: RegistryRequest): Promise<IncomingMessage> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const size = body instanceof Uint8Array ? { 'content-length': String(body.byteLength) } : {};
    const options = { method, headers: { 'user-agent': 'slipway', ...headers, ...size }, signal, maxHeaderSize: MAX_HEADERS };
    const outgoing =
      url.protocol === 'https:'
        ? tlsRequest(url, { ...options, agent: this.#tls, ...this.#identity(url) }, resolve)
        : plainRequest(url, { ...options, agent: this.#plain }, resolve);
    outgoing.setTimeout(SILENCE_MS, () => outgoing.destroy(new Error(`no answer for ${SILENCE_MS / 1000} seconds`)));
    outgoing.on('error', reject);
    outgoing.on('socket', guard);
    if (body === undefined || body instanceof Uint8Array) outgoing.end(body);
    else pipeline(body, outgoing).catch(reject);
    try {
      return await promise;
    } catch (cause) {
      signal.throwIfAborted();
      throw new EngineError('Unavailable', `${method} ${JSON.stringify(url.origin + url.pathname)}: ${messageOf(cause)}`, { cause });
    }
  }

  /** Certificates are the registry's own matter: other hosts it sends us to are checked as any web site is, and never get its client's identity. */
  #identity(url: URL): object {
    const { origin, certificates, isVerified } = this.endpoint;
    if (url.origin !== origin) return {};
    const { authorities, client } = certificates;
    return {
      ...(isVerified || authorities.length > 0 ? {} : { rejectUnauthorized: false }),
      ...(authorities.length > 0 ? { ca: [...rootCertificates, ...authorities] } : {}),
      ...client,
    };
  }
}

const guarded = new WeakSet<Socket>();

/** A request that is cancelled as the last byte of its answer is read has its connection end with an error that nobody listens for any more. */
function guard(socket: Socket): void {
  if (guarded.has(socket)) return;
  guarded.add(socket);
  socket.on('error', () => undefined);
}

/** Throws Unavailable for a target that is no http or https address, or that gives up TLS. */
function redirectTarget(location: string, from: URL): URL {
  const url = URL.parse(location, from);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== from.protocol) || !/^https?:$/.test(url.protocol)) {
    throw new EngineError('Unavailable', `${from.origin}: redirects to ${JSON.stringify(location.slice(0, 200))}, which is not followed`);
  }
  return url;
}

function without(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key.toLowerCase() !== name));
}
