import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Digest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { withRetries } from './retry.ts';
import type { RegistrySession } from './session.ts';
import type { RegistryResponse } from './transport.ts';

const scopeOf = (repository: string): string => `repository:${repository}:pull,push`;

export async function hasBlob(session: RegistrySession, repository: string, digest: Digest, signal: AbortSignal): Promise<boolean> {
  return await withRetries(signal, async () => {
    const path = `/v2/${repository}/blobs/${digest}`;
    const { status, body } = await session.send({ method: 'HEAD', path, scope: scopeOf(repository), expected: [200, 404], signal });
    body.resume();
    return status === 200;
  });
}

/** Has the registry take a blob over from another of its repositories (distribution-spec, Mounting a blob). False when it does not. */
export async function mountBlob(session: RegistrySession, repository: string, digest: Digest, from: string, signal: AbortSignal): Promise<boolean> {
  const query = new URLSearchParams({ mount: digest, from });
  const response = await session.send({
    method: 'POST',
    path: `/v2/${repository}/blobs/uploads/?${query}`,
    scope: `${scopeOf(repository)} repository:${from}:pull`,
    expected: [201, 202, 401, 403, 404],
    signal,
  });
  response.body.resume();
  if (response.status === 202) await cancelUpload(session, repository, response);
  return response.status === 201;
}

/** Sends what `open` gives and says what that was. A broken upload begins anew. Throws as the session does, and what the source throws. */
export async function uploadBlob(
  session: RegistrySession,
  repository: string,
  open: () => Readable,
  signal: AbortSignal,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  const scope = scopeOf(repository);
  return await withRetries(signal, async () => {
    const begun = await session.send({ method: 'POST', path: `/v2/${repository}/blobs/uploads/`, scope, expected: [202], signal });
    begun.body.resume();
    const { body, result } = measured(open());
    const headers = { 'content-type': 'application/octet-stream', 'transfer-encoding': 'chunked' };
    const sent = await session.send({ method: 'PATCH', path: locationOf(begun), scope, headers, body, expected: [202], signal });
    sent.body.resume();
    const { digest, size } = result();
    const end = locationOf(sent);
    end.searchParams.set('digest', digest);
    const done = await session.send({ method: 'PUT', path: end, scope, headers: { 'content-length': '0' }, expected: [201], signal });
    done.body.resume();
    return { digest, size };
  });
}

export function uploadBytes(
  session: RegistrySession,
  repository: string,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<{ readonly digest: Digest; readonly size: number }> {
  return uploadBlob(session, repository, () => Readable.from([bytes], { objectMode: false }), signal);
}

async function cancelUpload(session: RegistrySession, repository: string, response: RegistryResponse): Promise<void> {
  const signal = AbortSignal.timeout(5000);
  const path = locationOf(response);
  // A registry clears abandoned uploads by itself as well.
  await session.send({ method: 'DELETE', path, scope: scopeOf(repository), expected: [202, 204, 404, 405], signal }).then(
    ({ body }) => void body.resume(),
    () => undefined,
  );
}

function locationOf({ headers, url }: RegistryResponse): URL {
  const location = URL.parse(headers.location ?? '', url);
  if (location === null || headers.location === undefined || !/^https?:$/.test(location.protocol)) {
    throw new EngineError('Unavailable', `${url.origin}: the registry does not say where an upload goes`);
  }
  return location;
}

function measured(source: Readable): { readonly body: Readable; readonly result: () => { digest: Digest; size: number } } {
  const hash = createHash('sha256');
  let size = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const piece of source as AsyncIterable<Buffer>) {
      hash.update(piece);
      size += piece.length;
      yield piece;
    }
  }
  return { body: Readable.from(counted(), { objectMode: false }), result: () => ({ digest: `sha256:${hash.digest('hex')}`, size }) };
}
