import type { Digest } from '../../base/digest.ts';
import { isKind } from '../../base/errors.ts';
import { withRetries } from './retry.ts';
import type { RegistrySession } from './session.ts';
import { dropPlace, locationOf, pushScope } from './upload-place.ts';

export async function hasBlob(session: RegistrySession, repository: string, digest: Digest, signal: AbortSignal): Promise<boolean> {
  return await withRetries(signal, async () => {
    const path = `/v2/${repository}/blobs/${digest}`;
    const { status, body } = await session.send({ method: 'HEAD', path, scope: pushScope(repository), expected: [200, 404], signal });
    body.resume();
    return status === 200;
  });
}

/**
 * Has the registry take a blob over from another of its repositories (distribution-spec, Mounting a blob). False when it does not, be it
 * that nobody is let into the other one.
 */
export async function mountBlob(session: RegistrySession, repository: string, digest: Digest, from: string, signal: AbortSignal): Promise<boolean> {
  const path = `/v2/${repository}/blobs/uploads/?${String(new URLSearchParams({ mount: digest, from }))}`;
  const scope = `${pushScope(repository)} repository:${from}:pull`;
  try {
    const response = await session.send({ method: 'POST', path, scope, expected: [201, 202], signal });
    response.body.resume();
    if (response.status === 202) await dropPlace(session, repository, { location: locationOf(response) });
    return response.status === 201;
  } catch (error) {
    if (isKind(error, 'Unauthorized', 'PermissionDenied', 'NotFound')) return false;
    throw error;
  }
}
