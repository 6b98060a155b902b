import { EngineError } from '../../base/errors.ts';
import type { RegistrySession } from './session.ts';
import type { RegistryResponse } from './transport.ts';

/** Where a registry takes the bytes of one blob. */
export interface UploadPlace {
  readonly location: URL;
  /** The fewest bytes that it wants in a chunk; absent where it does not ask for chunks. */
  readonly chunk?: number;
}

/** A chunk is held in memory: a registry that wants larger ones gets all in one piece, which is a chunk of its own. */
const LARGEST_CHUNK = 32 * 1024 * 1024;
const USUAL_CHUNK = 4 * 1024 * 1024;

export const pushScope = (repository: string): string => `repository:${repository}:pull,push`;

/** Throws as the session does. */
export async function openPlace(session: RegistrySession, repository: string, signal: AbortSignal): Promise<UploadPlace> {
  const path = `/v2/${repository}/blobs/uploads/`;
  const opened = await session.send({ method: 'POST', path, scope: pushScope(repository), expected: [202], signal });
  opened.body.resume();
  const least = Number(opened.headers['oci-chunk-min-length']);
  const isChunked = Number.isSafeInteger(least) && least > 0 && least <= LARGEST_CHUNK;
  return { location: locationOf(opened), ...(isChunked ? { chunk: Math.max(least, USUAL_CHUNK) } : {}) };
}

/**
 * Asks how many bytes have arrived (distribution-spec, Resuming an interrupted upload) and where the rest goes. Undefined when the registry
 * has lost the upload or says nothing that can be relied on.
 */
export async function askPlace(
  session: RegistrySession,
  repository: string,
  place: UploadPlace,
  signal: AbortSignal,
): Promise<{ readonly place: UploadPlace; readonly has: number } | undefined> {
  const expected = [200, 202, 204, 400, 404, 405, 416];
  const answer = await session.send({ method: 'GET', path: place.location, scope: pushScope(repository), expected, signal });
  answer.body.resume();
  const has = answer.status < 300 ? arrivedOf(answer) : undefined;
  // `0-0` is said of one byte and of none.
  if (has === undefined || has <= 1) return undefined;
  return { place: answer.headers.location === undefined ? place : { ...place, location: locationOf(answer) }, has };
}

/** Has a registry forget what it got. That it does so by itself after a while makes a failure none. */
export async function dropPlace(session: RegistrySession, repository: string, { location }: UploadPlace): Promise<void> {
  const signal = AbortSignal.timeout(5000);
  await session.send({ method: 'DELETE', path: location, scope: pushScope(repository), expected: [202, 204, 404, 405], signal }).then(
    ({ body }) => void body.resume(),
    () => undefined,
  );
}

/** By the header Range, `0-<last byte>`. */
export function arrivedOf({ headers }: Pick<RegistryResponse, 'headers'>): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec([headers['range']].flat()[0] ?? '')?.[1];
  return last === undefined ? undefined : Number(last) + 1;
}

/** Throws Unavailable for a registry that names no place, or one that gives up TLS. */
export function locationOf({ headers, url }: Pick<RegistryResponse, 'headers' | 'url'>): URL {
  const location = URL.parse(headers.location ?? '', url);
  if (location === null || headers.location === undefined || !/^https?:$/.test(location.protocol)) {
    throw new EngineError('Unavailable', `${url.origin}: the registry does not say where an upload goes`);
  }
  if (url.protocol === 'https:' && location.protocol === 'http:') {
    throw new EngineError('InvalidArgument', `${url.origin}: the registry wants an upload in the clear at ${location.origin}, which is not followed`);
  }
  return location;
}
