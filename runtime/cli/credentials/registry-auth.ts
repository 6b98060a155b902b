import { parseReference } from '../../formats/reference.ts';
import { Keychain, type Login, TOKEN_USER } from './keychain.ts';

/** Docker's AuthConfig. */
export function authConfigOf({ username, secret }: Login): object {
  return username === TOKEN_USER ? { identitytoken: secret } : { username, password: secret };
}

/** The header by which the engine gets the credentials for the registry of an image; none where none are kept. */
export async function registryAuthHeader(image: string): Promise<Readonly<Record<string, string>>> {
  const login = await new Keychain().get(parseReference(image).domain);
  return login === undefined ? {} : { 'X-Registry-Auth': Buffer.from(JSON.stringify(authConfigOf(login))).toString('base64url') };
}
