import { type Digest, digestOf, hexOf } from '../../base/digest.ts';
import { EngineError, isKind } from '../../base/errors.ts';
import { Turns } from '../../base/turns.ts';
import { JSON_LIMIT } from '../../formats/json.ts';
import { familiarName, familiarString, formatReference, parseReference, type Reference, withDefaultTag } from '../../formats/reference.ts';
import type { LayerStore } from '../../store/layers/layer-store.ts';
import type { Leases } from '../../store/leases.ts';
import type { TreeService } from '../../store/trees/tree-service.ts';
import type { ImageCatalog } from '../catalog.ts';
import type { ImageService, PushedImage, TransferProgress } from '../image-service.ts';
import type { RegistrySettings } from '../registry/endpoint.ts';
import { hasBlob } from '../registry/have-blob.ts';
import { withSession } from '../registry/open-session.ts';
import { retryText, withRetries } from '../registry/retry.ts';
import type { RegistrySession } from '../registry/session.ts';
import { uploadBytes } from '../registry/upload.ts';
import { type PushedLayer, pushLayer } from './push-layer.ts';

export interface PushDependencies {
  readonly catalog: ImageCatalog;
  readonly layers: Pick<LayerStore, 'archiveOf'>;
  readonly leases: Pick<Leases, 'hold'>;
  readonly trees: Pick<TreeService, 'rebuild'>;
  readonly registries: RegistrySettings;
}

const SIMULTANEOUS = 3;
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

/** Sends one image to its registry (ImageService.push). The manifest comes last: nobody can pull half an image. */
export async function pushImage(dependencies: PushDependencies, ...[name, options]: Parameters<ImageService['push']>): Promise<PushedImage> {
  const { catalog } = dependencies;
  const reference = withDefaultTag(parseReference(name));
  const { domain, path } = reference;
  if (reference.digest !== undefined) throw new EngineError('InvalidArgument', 'cannot push a digest reference');
  const id = catalog.tags.get(formatReference(reference));
  if (id === undefined) throw notHere(catalog, reference);
  using hold = dependencies.leases.hold('push');
  hold.add({ layers: catalog.images.layersOf(id), blobs: [id] });
  for (const diffId of catalog.images.layersOf(id)) dependencies.layers.archiveOf(diffId);
  const { signal, credentials = {}, onProgress = () => undefined } = options;
  onProgress({ status: `The push refers to repository [${domain}/${path}]` });
  try {
    // A mirror is for reading.
    const registries = { ...dependencies.registries, mirrors: [] };
    return await withSession(domain, registries, credentials, (session) => pushTo(dependencies, session, reference, id, signal, onProgress), signal);
  } catch (error) {
    if (!isKind(error, 'Unauthorized')) throw error;
    // A status of 401 would have the docker CLI ask for a password that nobody may be there to type.
    throw new EngineError('PermissionDenied', error.message, { cause: error, details: error.details });
  }
}

/** Docker's words for a repository that has other tags, and for one that has none. */
function notHere(catalog: ImageCatalog, reference: Reference): EngineError {
  const repository = `${reference.domain}/${reference.path}:`;
  const hasOthers = [...catalog.tags.all().values()].flat().some((tag) => tag.startsWith(repository));
  if (hasOthers) return new EngineError('NotFound', `tag does not exist: ${familiarString(reference)}`);
  return new EngineError('NotFound', `An image does not exist locally with the tag: ${familiarName(reference)}`);
}

async function pushTo(
  { catalog, layers, trees }: PushDependencies,
  session: RegistrySession,
  reference: Reference,
  id: Digest,
  signal: AbortSignal,
  onProgress: (progress: TransferProgress) => void,
): Promise<PushedImage> {
  const { domain, path, tag = 'latest' } = reference;
  const repository = `${domain}/${path}`;
  const turns = new Turns(SIMULTANEOUS);
  const diffIds = catalog.images.layersOf(id);
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  const push = async (diffId: Digest): Promise<PushedLayer> => {
    const short = hexOf(diffId).slice(0, 12);
    onProgress({ id: short, status: 'Preparing' });
    const size = catalog.layers.get(diffId)?.tarSize ?? 0;
    const known = catalog.layerBlobs.of(diffId).filter((blob) => blob.repository.startsWith(`${domain}/`));
    const open = (): AsyncIterable<Uint8Array> => trees.rebuild(layers.archiveOf(diffId), both);
    const listener = {
      onProgress: (current: number) => onProgress({ id: short, status: 'Pushing', current, total: size }),
      onPause: (pause: number) => onProgress({ id: short, status: retryText(Math.ceil(pause / 1000)) }),
    };
    const pushed = await turns.run(
      both,
      () => pushLayer(session, path, domain, { diffId, size, open, known }, both, listener),
      () => onProgress({ id: short, status: 'Waiting' }),
    );
    catalog.layerBlobs.put(diffId, { repository, digest: pushed.digest, size: pushed.size });
    onProgress({ id: short, status: statusOf(pushed) });
    return pushed;
  };
  // An image may have one layer several times.
  const distinct = [...new Set(diffIds)];
  const work = distinct.map(push);
  let pushed: Map<Digest, PushedLayer>;
  try {
    pushed = new Map((await Promise.all(work)).map((layer, index) => [distinct[index] as Digest, layer]));
  } catch (error) {
    ending.abort();
    await Promise.allSettled(work);
    throw error;
  }
  const config = Buffer.from(catalog.content.readAll(id, JSON_LIMIT));
  if (!(await hasBlob(session, path, id, signal))) await uploadBytes(session, path, config, signal);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, size: config.length, digest: id },
      layers: diffIds.flatMap((diffId) => pushed.get(diffId) ?? []).map(({ digest, size }) => ({ mediaType: LAYER, size, digest })),
    }),
  );
  await withRetries(signal, async () => {
    const request = {
      method: 'PUT',
      path: `/v2/${path}/manifests/${tag}`,
      scope: `repository:${path}:pull,push`,
      body: manifest,
      expected: [201],
      signal,
    } as const;
    const { body } = await session.send({ ...request, headers: { 'content-type': MANIFEST } });
    body.resume();
  });
  const digest = digestOf(manifest);
  // It may have been removed here meanwhile.
  if (catalog.images.get(id) !== undefined) catalog.tags.put(formatReference({ domain, path, digest }), id);
  onProgress({ status: `${tag}: digest: ${digest} size: ${manifest.length}` });
  return { id, tag, digest, size: manifest.length };
}

function statusOf({ how }: PushedLayer): string {
  if (how === 'pushed') return 'Pushed';
  return how === 'exists' ? 'Layer already exists' : `Mounted from ${how.mountedFrom}`;
}
