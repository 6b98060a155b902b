import { type Digest, hexOf, isDigest } from '../../base/digest.ts';
import { EngineError, isKind } from '../../base/errors.ts';
import { interruptible } from '../../base/interruptible.ts';
import { JSON_LIMIT, parseJson } from '../../formats/json.ts';
import { type ImageConfig, imageConfigSchema } from '../../formats/oci/config.ts';
import type { Descriptor } from '../../formats/oci/descriptor.ts';
import { hostPlatform, parsePlatform } from '../../formats/platform.ts';
import { familiarName, familiarString, formatReference, parseReference, type Reference, withDefaultTag } from '../../formats/reference.ts';
import type { LayerStore, StagedLayer } from '../../store/layers/layer-store.ts';
import type { LayerBlob } from '../../store/records/layer-blobs.ts';
import type { ImageService, PulledImage, TransferProgress } from '../image-service.ts';
import { type ArrivalRecords, type ArrivedImage, recordImages } from '../load/record-images.ts';
import { readBlob } from '../registry/blob.ts';
import type { RegistrySettings } from '../registry/endpoint.ts';
import { fetchManifest } from '../registry/manifest.ts';
import { withSession } from '../registry/open-session.ts';
import { retryText } from '../registry/retry.ts';
import type { RegistrySession } from '../registry/session.ts';
import { fetchLayer } from './fetch-layer.ts';
import type { LayerProgress, Transfers } from './transfers.ts';

export interface PullDependencies extends ArrivalRecords {
  readonly layers: LayerStore;
  readonly registries: RegistrySettings;
  readonly transfers: Transfers;
}

const STATUS: Readonly<Record<LayerProgress['phase'], string>> = {
  waiting: 'Waiting',
  downloading: 'Downloading',
  retrying: 'Retrying',
  verifying: 'Verifying Checksum',
  downloaded: 'Download complete',
  extracting: 'Extracting',
};

/** Brings one image in from its registry (ImageService.pull). Layers are downloaded and unpacked side by side; all is recorded together at the end. */
export async function pullImage(dependencies: PullDependencies, ...[name, options]: Parameters<ImageService['pull']>): Promise<PulledImage> {
  const reference = withDefaultTag(parseReference(name));
  const { signal, credentials = {} } = options;
  if (familiarName(reference) === 'scratch') throw new EngineError('PermissionDenied', "'scratch' is a reserved name");
  try {
    return await withSession(reference.domain, dependencies.registries, credentials, (session) => pullFrom(dependencies, session, reference, options), signal);
  } catch (error) {
    // Room is what is needed now, more than what was received.
    if (error instanceof EngineError && error.details['code'] === 'ENOSPC') dependencies.layers.partials.clear();
    throw explained(error, reference);
  }
}

async function pullFrom(
  dependencies: PullDependencies,
  session: RegistrySession,
  reference: Reference,
  { platform, signal, onProgress = () => undefined, onPlan = () => undefined }: Parameters<ImageService['pull']>[1],
): Promise<PulledImage> {
  const wanted = platform === undefined ? hostPlatform(process.arch) : parsePlatform(platform);
  const { digest, manifest } = await fetchManifest(session, reference, wanted, signal);
  onProgress({ status: `Pulling from ${reference.path}`, id: reference.digest ?? reference.tag ?? '' });
  const id = manifest.config.digest;
  const isNew = dependencies.catalog.images.get(id) === undefined;
  const bytes = isNew
    ? await readBlob(session, reference.path, manifest.config, JSON_LIMIT, signal)
    : Buffer.from(dependencies.catalog.content.readAll(id, JSON_LIMIT));
  const config = parseJson(bytes, imageConfigSchema, 'image config');
  const wantedLayers = diffIdsOf(config, manifest.layers);
  using hold = dependencies.leases.hold('pull');
  // Those to come as well: another pull may bring one, and its image may go before this one is recorded.
  hold.add({ layers: wantedLayers.map(({ diffId }) => diffId) });
  onPlan(
    wantedLayers.map(({ diffId, layer }) => ({
      id: shortOf(layer),
      size: layer.size,
      isHere: dependencies.layers.get(diffId) !== undefined,
      kept: Math.min(dependencies.layers.partials.lengthOf(layer.digest), layer.size),
    })),
  );
  await using transfers = new AsyncDisposableStack();
  const staged = wantedLayers.map(({ diffId, layer }) => {
    const short = shortOf(layer);
    const blob = blobOf(reference, layer);
    if (dependencies.layers.get(diffId) !== undefined) {
      if (isNew) onProgress({ id: short, status: 'Already exists' });
      return { diffId, ...blob, staged: Promise.resolve(undefined) };
    }
    onProgress({ id: short, status: 'Pulling fs layer' });
    const transfer = transfers.use(
      dependencies.transfers.join(
        layer.digest,
        (ending, tell) => fetchLayer({ store: dependencies.layers, session, repository: reference.path, ...layer, signal: ending, tell }),
        (progress) => onProgress(progressOf(short, progress)),
      ),
    );
    return { diffId, ...blob, staged: interruptible(transfer.layer, signal).then((arrived) => checked(arrived, diffId, layer, short, onProgress)) };
  });
  // Every failure is of interest, but the first one ends the pull.
  const layers = await Promise.all(staged.map(async (layer) => ({ ...layer, staged: await layer.staged })));
  signal.throwIfAborted();
  const digestReference = formatReference({ domain: reference.domain, path: reference.path, digest });
  const image: ArrivedImage = { id, bytes, config, layers, tags: [...(reference.digest === undefined ? [formatReference(reference)] : []), digestReference] };
  const isMoved = reference.digest === undefined && dependencies.catalog.tags.get(formatReference(reference)) !== id;
  await recordImages(dependencies, [image]);
  for (const { layer } of wantedLayers) dependencies.layers.partials.remove(layer.digest);
  onProgress({ status: `Digest: ${digest}` });
  const text = isNew || isMoved ? 'Downloaded newer image for' : 'Image is up to date for';
  onProgress({ status: `Status: ${text} ${familiarString(reference)}` });
  return { id, digest, name: familiarString(reference) };
}

/** As clients show a layer. */
const shortOf = ({ digest }: { readonly digest: Digest }): string => hexOf(digest).slice(0, 12);

/** Which layer of the manifest is which of the configuration. */
function diffIdsOf({ rootfs }: ImageConfig, layers: readonly Descriptor[]): { readonly diffId: Digest; readonly layer: Descriptor & { digest: Digest } }[] {
  if (rootfs.diff_ids.length !== layers.length) {
    throw new EngineError('InvalidArgument', `invalid manifest, layers length mismatch: expected ${rootfs.diff_ids.length}, got ${layers.length}`);
  }
  return layers.map((layer, position) => ({
    diffId: parsedDigest(rootfs.diff_ids[position] ?? ''),
    layer: { ...layer, digest: parsedDigest(layer.digest) },
  }));
}

function parsedDigest(text: string): Digest {
  if (!isDigest(text)) throw new EngineError('InvalidArgument', `unsupported digest ${JSON.stringify(text.slice(0, 100))}`);
  return text;
}

/** What a push need not send again: gzip is what it would send. */
function blobOf({ domain, path }: Reference, { digest, size, mediaType }: Descriptor & { digest: Digest }): { readonly blob?: LayerBlob } {
  return /[.+]gzip$/.test(mediaType) ? { blob: { repository: `${domain}/${path}`, digest, size } } : {};
}

/** What the configuration says of it is known to be true only now. */
function checked(layer: StagedLayer, diffId: Digest, { digest }: Descriptor, short: string, onProgress: (progress: TransferProgress) => void): StagedLayer {
  if (layer.diffId !== diffId) throw new EngineError('InvalidArgument', `layer ${digest} unpacks to ${layer.diffId}, the image says ${diffId}`);
  onProgress({ id: short, status: 'Pull complete' });
  return layer;
}

function progressOf(id: string, { phase, current, total, pause }: LayerProgress): TransferProgress {
  if (pause !== undefined) return { id, status: retryText(pause) };
  return phase === 'downloading' || phase === 'extracting' ? { id, status: STATUS[phase], current, total } : { id, status: STATUS[phase] };
}

/** Docker's words, which clients look for. */
function explained(error: unknown, reference: Reference): unknown {
  if (!isKind(error, 'NotFound', 'Unauthorized', 'PermissionDenied')) return error;
  const { code } = error.details;
  const options = { cause: error, details: error.details };
  if (code === 'MANIFEST_UNKNOWN')
    return new EngineError('NotFound', `manifest for ${familiarString(reference)} not found: manifest unknown: ${error.message}`, options);
  // A status of 401 would have the docker CLI ask for a password that nobody may be there to type.
  if (error.kind === 'Unauthorized' || code === 'NAME_UNKNOWN' || code === 'DENIED') {
    const text = "repository does not exist or may require 'docker login'";
    return new EngineError('NotFound', `pull access denied for ${familiarName(reference)}, ${text}: ${error.message}`, options);
  }
  return error;
}
