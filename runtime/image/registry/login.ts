import { EngineError, isKind } from '../../base/errors.ts';
import type { Credentials } from './credentials.ts';
import type { RegistrySettings } from './endpoint.ts';
import { withSession } from './open-session.ts';

/** What old clients call Docker's own registry. */
const HUB_ADDRESS = 'https://index.docker.io/v1/';
const HOST = /^[a-zA-Z0-9.-]+(?::\d{1,5})?$|^\[[0-9a-fA-F:]+\](?::\d{1,5})?$/;

/**
 * Asks a registry whether it lets `credentials` in; resolves to a refresh token to keep instead of the password, where it gives one.
 * `address`: a host or a URL; empty: Docker's own. Throws Unauthorized when it does not, InvalidArgument for an address that is none.
 */
export async function loginTo(settings: RegistrySettings, address: string, credentials: Credentials, signal: AbortSignal): Promise<string | undefined> {
  // Mirrors have nothing to do with it.
  return await withSession(
    hostOf(address),
    { ...settings, mirrors: [] },
    credentials,
    async (session) => {
      const base = `${session.endpoint.origin}/v2/`;
      const asked = session.send({ method: 'GET', path: '/v2/', scope: '', expected: [200], signal });
      const { body } = await asked.catch((error: unknown) => {
        throw isKind(error, 'Unauthorized') ? refusal(error, base) : error;
      });
      body.resume();
      return session.identityToken;
    },
    signal,
  );
}

/** Docker's words, which differ by who has refused: the registry itself, or the server that gives tokens for it. */
function refusal(error: EngineError, base: string): EngineError {
  const { words } = error.details;
  const text = error.message.startsWith(base)
    ? `login attempt to ${base} failed with status: 401 Unauthorized`
    : `Get "${base}": ${typeof words === 'string' ? words : error.message}`;
  return new EngineError('Unauthorized', text, { cause: error, details: error.details });
}

function hostOf(address: string): string {
  if (address === '' || address === HUB_ADDRESS) return 'docker.io';
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  if (!HOST.test(host)) throw new EngineError('InvalidArgument', `serveraddress: ${JSON.stringify(address.slice(0, 200))} is no registry`);
  return host === 'index.docker.io' ? 'docker.io' : host;
}
