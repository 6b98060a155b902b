import { EngineError } from '../base/errors.ts';

/** Minor numbers of the Docker Engine API versions served; the major number is 1. */
export const NEWEST_API = 47;
const OLDEST_API = 24;
export const API_VERSION = `1.${NEWEST_API}`;
export const OLDEST_API_VERSION = `1.${OLDEST_API}`;

/**
 * Takes `/v1.N` off a path. Without a prefix the newest version is meant. Throws InvalidArgument in Docker's words for
 * versions outside the range served.
 */
export function splitVersion(path: string): { readonly version: number; readonly rest: string } {
  const match = /^\/v(\d{1,4})\.(\d{1,4})(\/.*)$/.exec(path);
  if (!match) return { version: NEWEST_API, rest: path };
  const [, major = '', minor = '', rest = ''] = match;
  const asked = `${major}.${minor}`;
  const version = major === '1' ? Number(minor) : major === '0' ? -1 : NEWEST_API + 1;
  if (version > NEWEST_API) throw new EngineError('InvalidArgument', `client version ${asked} is too new. Maximum supported API version is ${API_VERSION}`);
  if (version < OLDEST_API) {
    throw new EngineError(
      'InvalidArgument',
      `client version ${asked} is too old. Minimum supported API version is ${OLDEST_API_VERSION}, please upgrade your client to a newer version`,
    );
  }
  return { version, rest };
}
