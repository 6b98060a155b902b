import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Digest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import type { LayerBlob } from '../../store/records/layer-blobs.ts';
import { hasBlob, mountBlob } from '../registry/have-blob.ts';
import type { RegistrySession } from '../registry/session.ts';
import { uploadBlob } from '../registry/upload.ts';

export interface PushedLayer {
  readonly how: 'pushed' | 'exists' | { readonly mountedFrom: string };
  readonly digest: Digest;
  readonly size: number;
}

export interface LayerSource {
  readonly diffId: Digest;
  /** Bytes of the plain tar. */
  readonly size: number;
  /** The plain tar; a piece is valid until the next. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** What registries of this domain were seen to have of it. */
  readonly known: readonly LayerBlob[];
}

export interface PushListener {
  /** Bytes of the plain tar that were read. */
  readonly onProgress: (bytes: number) => void;
  /** Told before each pause after a failure, in milliseconds. */
  readonly onPause: (pause: number) => void;
}

/** Takes care that `repository` (without its domain) has the layer: it may have it, or get it from another repository beside, or by upload. */
export async function pushLayer(
  session: RegistrySession,
  repository: string,
  domain: string,
  layer: LayerSource,
  signal: AbortSignal,
  { onProgress, onPause }: PushListener,
): Promise<PushedLayer> {
  for (const { digest, size } of layer.known) {
    if (await hasBlob(session, repository, digest, signal)) return { how: 'exists', digest, size };
  }
  for (const { digest, size, repository: from } of layer.known) {
    const path = from.slice(domain.length + 1);
    if (path !== repository && (await mountBlob(session, repository, digest, path, signal))) return { how: { mountedFrom: path }, digest, size };
  }
  let furthest = 0;
  const onRead = (bytes: number): void => {
    // What is read again for another attempt is no news.
    if (bytes <= furthest) return;
    furthest = bytes;
    onProgress(bytes);
  };
  const sent = await uploadBlob(session, { repository, open: () => compressed(layer, onRead), signal, onPause });
  return { how: 'pushed', ...sent };
}

/** The same layer always gives the same bytes. Throws Internal when its files are no longer what they were. */
function compressed({ diffId, size, open }: LayerSource, onProgress: (bytes: number) => void): Readable {
  async function* verified(): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    let read = 0;
    for await (const piece of open()) {
      hash.update(piece);
      read += piece.length;
      onProgress(Math.min(read, size));
      // The compressor keeps what it has not come to.
      yield Buffer.from(piece);
    }
    if (`sha256:${hash.digest('hex')}` !== diffId) throw new EngineError('Internal', `layer ${diffId} on disk is no longer what it was when it was loaded`);
  }
  // Whichever ends takes the other along: a thread that reads the layer's files would wait for ever for who takes them.
  return pipeline(Readable.from(verified(), { objectMode: false }), createGzip({ level: 6 }), () => undefined);
}
