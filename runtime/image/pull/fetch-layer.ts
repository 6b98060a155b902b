import type { Digest } from '../../base/digest.ts';
import { EngineError, isKind } from '../../base/errors.ts';
import type { LayerStore, StagedLayer } from '../../store/layers/layer-store.ts';
import { fetchBlob } from '../registry/blob.ts';
import type { RegistrySession } from '../registry/session.ts';
import type { LayerProgress } from './transfers.ts';

interface LayerRequest {
  readonly store: Pick<LayerStore, 'partials' | 'stage'>;
  readonly session: RegistrySession;
  readonly repository: string;
  readonly digest: Digest;
  /** Of the blob, in bytes. */
  readonly size: number;
  readonly signal: AbortSignal;
  readonly tell: (progress: LayerProgress) => void;
}

/**
 * Unpacks while it downloads, going on where an earlier pull stopped. Of a failure that may pass or a cancellation stays what was received;
 * what is wrong is dropped, and fetched anew once where it began with bytes of an earlier pull. The digest of the blob is checked.
 */
export async function fetchLayer(request: LayerRequest): Promise<StagedLayer> {
  using _session = request.session.retain();
  const kept = request.store.partials.lengthOf(request.digest);
  try {
    return await receive(request);
  } catch (error) {
    if (kept === 0 || mayPass(error, request.signal)) throw error;
    return await receive(request);
  }
}

async function receive({ store, session, repository, digest, size, signal, tell }: LayerRequest): Promise<StagedLayer> {
  await using stack = new AsyncDisposableStack();
  const spool = await store.partials.open(digest, size);
  stack.use(spool);
  let received = spool.length;
  if (received > 0) tell({ phase: 'downloading', current: received, total: size });
  const ending = new AbortController();
  const staging = store.stage({ path: spool.path, offset: 0, length: size, growth: spool.growth }, (current) => {
    if (received === size) tell({ phase: 'extracting', current, total: size });
  });
  // What cannot be unpacked need not be fetched to its end.
  staging.catch((error: unknown) => ending.abort(error));
  try {
    const onPause = (pause: number): void => tell({ phase: 'retrying', current: received, total: size, pause: Math.ceil(pause / 1000) });
    await fetchBlob(session, { repository, digest, size, from: received, signal: AbortSignal.any([signal, ending.signal]), onPause }, async (chunk) => {
      received += chunk.length;
      await spool.write(chunk);
      tell({ phase: 'downloading', current: received, total: size });
    });
    tell({ phase: 'verifying', current: size, total: size });
    await spool.finish();
    tell({ phase: 'downloaded', current: size, total: size });
    const layer = await staging;
    if (layer.blobDigest === digest) return layer;
    throw new EngineError('InvalidArgument', `filesystem layer verification failed for digest ${digest}`);
  } catch (error) {
    const cause: unknown = ending.signal.aborted && !signal.aborted ? ending.signal.reason : error;
    if (!mayPass(cause, signal)) spool.discard();
    // Bytes beyond the size may come when it is unpacked already. A worker that is busy elsewhere is not waited for.
    void staging.then(
      (layer) => layer[Symbol.asyncDispose](),
      () => undefined,
    );
    throw cause;
  }
}

/** Whether what was received before the failure is as good as what is to come. */
function mayPass(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || isKind(error, 'Unavailable', 'Canceled', 'Unauthorized', 'PermissionDenied', 'NotFound');
}
