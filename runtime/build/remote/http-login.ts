import type { BuildSecrets } from '../executor.ts';
import { loginSecret, mayHaveLogin } from './login-secret.ts';

/**
 * What a download says of who asks, by a build's secrets as BuildKit names them: HTTP_AUTH_HEADER_<host>, which is all of the header, or
 * HTTP_AUTH_TOKEN_<host> for a bearer. The host is with its port or without. Only for https, as others could read it on the way, and for this
 * machine; what a server redirects to is not told it. Throws InvalidArgument for a secret that can be none.
 */
export function httpLogin(address: string, secrets: Pick<BuildSecrets, 'secret'> | undefined): string | undefined {
  const url = URL.parse(address);
  if (url === null || secrets === undefined || !mayHaveLogin(url)) return undefined;
  for (const host of new Set([url.host, url.hostname])) {
    const header = loginSecret(secrets, `HTTP_AUTH_HEADER_${host}`);
    if (header !== undefined) return header;
    const token = loginSecret(secrets, `HTTP_AUTH_TOKEN_${host}`);
    if (token !== undefined) return `Bearer ${token}`;
  }
  return undefined;
}
