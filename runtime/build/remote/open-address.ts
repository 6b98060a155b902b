import { EngineError } from '../../base/errors.ts';
import { type RegistryResponse, Transport } from '../../image/registry/transport.ts';

/** An answer whose body is read or dropped while it is not disposed of. */
export interface OpenedAddress extends Disposable {
  readonly headers: RegistryResponse['headers'];
  readonly body: AsyncIterable<Buffer>;
}

/**
 * What an http or https address answers, after redirects. Proxies are those of the environment. Throws InvalidArgument for another address,
 * NotFound and Unavailable for an answer that is none or breaks off, the reason of `signal`.
 */
export async function openAddress(address: string, signal: AbortSignal): Promise<OpenedAddress> {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new EngineError('InvalidArgument', `not an http or https address: ${JSON.stringify(address.slice(0, 200))}`);
  using held = new DisposableStack();
  const transport = held.use(new Transport({ origin: url.origin, isMirror: false, isVerified: true, certificates: { authorities: [] } }));
  const { status, headers, body } = await transport.send({ method: 'GET', url, headers: { accept: '*/*', 'accept-encoding': 'identity' }, signal });
  held.defer(() => body.destroy());
  if (status < 200 || status > 299) {
    throw new EngineError(status === 404 || status === 410 ? 'NotFound' : 'Unavailable', `${url.origin}${url.pathname}: invalid response status ${status}`);
  }
  const kept = held.move();
  return { headers, body: explained(body, address, signal), [Symbol.dispose]: () => kept.dispose() };
}

async function* explained(body: AsyncIterable<Buffer>, address: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* body;
  } catch (cause) {
    signal.throwIfAborted();
    throw new EngineError('Unavailable', `${JSON.stringify(address.slice(0, 200))}: the transfer broke off`, { cause });
  }
}
