import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';

/** What a client gives to be let in; all absent: nobody in particular. */
export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  /** A refresh token from an earlier login, instead of the password. */
  readonly identityToken?: string;
  /** A bearer token that is sent as it is. */
  readonly registryToken?: string;
}

const text = z
  .string()
  .max(64 * 1024)
  .nullish();
const authSchema = z.looseObject({ username: text, password: text, auth: text, serveraddress: text, identitytoken: text, registrytoken: text });

/** Docker's AuthConfig; `serverAddress` where the client names one. */
export interface AuthConfig extends Credentials {
  readonly serverAddress?: string;
}

/** The body of POST /auth. Throws InvalidArgument naming the field. */
export function parseAuthConfig(value: unknown, what: string): AuthConfig {
  const checked = authSchema.safeParse(value);
  if (!checked.success) {
    const issue = checked.error.issues[0];
    throw new EngineError('InvalidArgument', `${what}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  const { username, password, auth, serveraddress, identitytoken, registrytoken } = checked.data;
  const pair = !username && !password && auth ? splitBasic(auth, what) : { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  return {
    ...pair,
    ...(identitytoken ? { identityToken: identitytoken } : {}),
    ...(registrytoken ? { registryToken: registrytoken } : {}),
    ...(serveraddress ? { serverAddress: serveraddress } : {}),
  };
}

/**
 * The header X-Registry-Auth: base64 in either alphabet, padded or not, of an AuthConfig; absent or empty: no credentials.
 * Throws InvalidArgument.
 */
export function parseRegistryAuth(header: string | undefined): AuthConfig {
  if (!header) return {};
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch (cause) {
    throw new EngineError('InvalidArgument', 'invalid X-Registry-Auth header: not JSON in base64', { cause });
  }
  return parseAuthConfig(value, 'invalid X-Registry-Auth header');
}

/** `auth` of ~/.docker/config.json: `user:password` in base64. */
function splitBasic(auth: string, what: string): { username: string; password: string } {
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon < 0) throw new EngineError('InvalidArgument', `${what}: auth: not user:password in base64`);
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
