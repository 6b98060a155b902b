import { EngineError } from '../../base/errors.ts';
import { type RegistryResponse, Transport } from '../../image/registry/transport.ts';

/** An answer whose body is read or dropped while it is not disposed of. */
export interface OpenedAddress extends Disposable {
  /** The condition of the request did not hold: there is no body. */
  readonly isUnchanged: boolean;
  readonly headers: RegistryResponse['headers'];
  readonly body: AsyncIterable<Buffer>;
}

export interface AddressOptions {
  readonly signal: AbortSignal;
  /** The header `Authorization`; no other server than that of the address gets it. */
  readonly login?: string | undefined;
}

/**
 * What an http or https address answers, after redirects; `condition`: headers that may make it answer that nothing has changed. Proxies are those of the environment. Throws InvalidArgument for another address,
 * NotFound and Unavailable for an answer that is none or breaks off, the reason of `signal`.
 */
export async function openAddress(
  address: string,
  { signal, login }: AddressOptions,
  condition: Readonly<Record<string, string>> = {},
): Promise<OpenedAddress> {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new EngineError('InvalidArgument', `not an http or https address: ${JSON.stringify(address.slice(0, 200))}`);
  using held = new DisposableStack();
  const transport = held.use(new Transport({ origin: url.origin, isMirror: false, isVerified: true, certificates: { authorities: [] } }));
  const asked = { accept: '*/*', 'accept-encoding': 'identity', ...condition, ...(login === undefined ? {} : { authorization: login }) };
  const { status, headers, body } = await transport.send({ method: 'GET', url, headers: asked, signal });
  held.defer(() => body.destroy());
  const isUnchanged = status === 304 && Object.keys(condition).length > 0;
  if (!isUnchanged && (status < 200 || status > 299)) {
    throw new EngineError(status === 404 || status === 410 ? 'NotFound' : 'Unavailable', `${url.origin}${url.pathname}: invalid response status ${status}`);
  }
  const kept = held.move();
  return { isUnchanged, headers, body: explained(body, address, signal), [Symbol.dispose]: () => kept.dispose() };
}

async function* explained(body: AsyncIterable<Buffer>, address: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (cause) {
    signal.throwIfAborted();
    throw new EngineError('Unavailable', `${JSON.stringify(address.slice(0, 200))}: the transfer broke off`, { cause });
  }
}
