import type { BuildSecrets } from '../executor.ts';
import { loginSecret, mayHaveLogin } from '../remote/login-secret.ts';

/** What git sends to the server of a repository and to no other. */
export interface GitLogin {
  /** `https://host/`. */
  readonly scope: string;
  readonly header: string;
}

/**
 * The login that a build's secrets have for a repository, as BuildKit names them: GIT_AUTH_HEADER (what follows `Authorization: `) or
 * GIT_AUTH_TOKEN, each with `.host` after it for one server alone, which goes first. Only for https, as others could read it on the way, and
 * for this machine. Throws InvalidArgument for a secret that can be none.
 */
export function gitLogin(address: string, secrets: Pick<BuildSecrets, 'secret'> | undefined): GitLogin | undefined {
  const url = URL.parse(address);
  if (url === null || secrets === undefined || !mayHaveLogin(url)) return undefined;
  for (const suffix of [`.${url.host}`, `.${url.hostname}`, '']) {
    const header = loginSecret(secrets, `GIT_AUTH_HEADER${suffix}`);
    const token = header === undefined ? loginSecret(secrets, `GIT_AUTH_TOKEN${suffix}`) : undefined;
    const login = header ?? (token === undefined ? undefined : `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`);
    if (login !== undefined) return { scope: `${url.origin}/`, header: `Authorization: ${login}` };
  }
  return undefined;
}
