import { EngineError } from '../../base/errors.ts';
import type { Credentials } from './credentials.ts';
import { endpointsOf, type RegistrySettings } from './endpoint.ts';
import { RegistrySession } from './session.ts';

/**
 * Has `use` run at the first way to a registry where one answers. A mirror may fail in any way, then the next is tried. Throws what
 * `use` does, or Unavailable as the first of the registry's own endpoints failed.
 */
export async function withSession<T>(
  domain: string,
  settings: RegistrySettings,
  credentials: Credentials,
  use: (session: RegistrySession) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let first: Error | null = null;
  for (const endpoint of endpointsOf(domain, settings)) {
    using session = new RegistrySession(endpoint, credentials);
    let isThere = false;
    try {
      await session.probe(signal);
      isThere = true;
      return await use(session);
    } catch (error) {
      signal.throwIfAborted();
      if (endpoint.isMirror) continue;
      if (isThere) throw error;
      first ??= error instanceof Error ? error : new Error(String(error));
    }
  }
  throw first ?? new EngineError('Unavailable', `no way to reach ${domain}`);
}
