import { type Digest, digestOf } from '../../base/digest.ts';
import { EngineError, messageOf } from '../../base/errors.ts';
import type { Descriptor } from '../../formats/oci/descriptor.ts';
import { withRetries } from './retry.ts';
import type { RegistrySession } from './session.ts';
import type { RegistryResponse } from './transport.ts';

export interface BlobRequest {
  /** Of the repository, as in a reference. */
  readonly repository: string;
  readonly digest: Digest;
  /** As the manifest says; not a byte more is taken. */
  readonly size: number;
  /** Bytes that are here already: the rest is handed over. */
  readonly from?: number;
  readonly signal: AbortSignal;
  /** Told before each pause, in milliseconds. */
  readonly onPause?: (pause: number) => void;
}

/**
 * Hands a blob's bytes over in order, each once: a download that breaks off goes on where it stopped (RFC 9110, Range), or is
 * read again up to there from registries that know no ranges. The digest is the caller's to check. Throws as the session does,
 * InvalidArgument when there are more or fewer bytes than there should be.
 */
export async function fetchBlob(
  session: RegistrySession,
  { repository, digest, size, from = 0, signal, onPause }: BlobRequest,
  take: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  let received = from;
  let before = from;
  await withRetries(
    signal,
    async () => {
      before = received;
      if (received === size && size > 0) return;
      const response = await session.send({
        method: 'GET',
        path: `/v2/${repository}/blobs/${digest}`,
        scope: `repository:${repository}:pull`,
        headers: received > 0 ? { range: `bytes=${received}-` } : {},
        expected: [200, 206],
        signal,
      });
      let skip = received - startOf(response);
      if (skip < 0) throw new EngineError('Unavailable', `blob ${digest}: the registry left out ${-skip} bytes`);
      try {
        for await (const chunk of response.body as AsyncIterable<Buffer>) {
          const fresh = chunk.subarray(Math.min(skip, chunk.length));
          skip -= chunk.length - fresh.length;
          received += fresh.length;
          if (received > size) throw new EngineError('InvalidArgument', `blob ${digest} has more than the ${size} bytes its manifest says`);
          if (fresh.length > 0) await take(fresh);
        }
      } catch (cause) {
        signal.throwIfAborted();
        if (cause instanceof EngineError) throw cause;
        throw new EngineError('Unavailable', `blob ${digest}: the download broke off after ${received} of ${size} bytes: ${messageOf(cause)}`, { cause });
      }
      if (received < size) throw new EngineError('Unavailable', `blob ${digest}: the download ended after ${received} of ${size} bytes`);
    },
    { progressed: () => received > before, ...(onPause === undefined ? {} : { onPause }) },
  );
}

/** A small blob as a whole, its digest checked. Throws TooLarge beyond `limit`, else as `fetchBlob` does. */
export async function readBlob(
  session: RegistrySession,
  repository: string,
  { digest, size }: Descriptor,
  limit: number,
  signal: AbortSignal,
): Promise<Buffer> {
  if (size > limit) throw new EngineError('TooLarge', `blob ${digest}: more than ${limit} bytes`);
  const chunks: Buffer[] = [];
  await fetchBlob(session, { repository, digest, size, signal }, (chunk) => Promise.resolve(void chunks.push(chunk)));
  const bytes = Buffer.concat(chunks);
  if (digestOf(bytes) !== digest) throw new EngineError('InvalidArgument', `blob verification failed for digest ${digest}`);
  return bytes;
}

function startOf({ status, headers }: RegistryResponse): number {
  return status === 206 ? Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1] ?? 0) : 0;
}
