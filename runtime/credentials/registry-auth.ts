import { HUB_SERVER, serverOf } from '../formats/docker/cli-config.ts';
import { parseReference } from '../formats/reference.ts';
import { Keychain, type Login, TOKEN_USER } from './keychain.ts';

/** Docker's AuthConfig. */
export function authConfigOf({ username, secret }: Login): object {
  return username === TOKEN_USER ? { identitytoken: secret } : { username, password: secret };
}

/** The registry that an image's name says: `host[:port]`; `docker.io`: Docker's own. Throws InvalidArgument in Docker's words for a name that is none. */
export const registryOf = (image: string): string => parseReference(image).domain;

/** One name for a registry, however it is written (`host[:port]`, a URL, Docker's own by each of its names): what `registryOf` gives. */
export function registryKey(registry: string): string {
  const server = serverOf(registry);
  return server === HUB_SERVER ? 'docker.io' : server;
}

/** The header by which a client gives the engine credentials for one registry. */
export const authHeader = (login: Login): Readonly<Record<string, string>> => ({
  'X-Registry-Auth': Buffer.from(JSON.stringify(authConfigOf(login))).toString('base64url'),
});

/** The header by which the engine gets the credentials for the registry of an image; none where none are kept. */
export async function registryAuthHeader(image: string): Promise<Readonly<Record<string, string>>> {
  const login = await new Keychain().get(registryOf(image));
  return login === undefined ? {} : authHeader(login);
}
