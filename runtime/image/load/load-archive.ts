import { type Digest, digestOf, hexOf, isDigest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { JSON_LIMIT, parseJson } from '../../formats/json.ts';
import { imageConfigSchema } from '../../formats/oci/config.ts';
import { hostPlatform, type Platform } from '../../formats/platform.ts';
import { TarReader } from '../../formats/tar/reader.ts';
import { decompressed, untilAborted } from '../../store/incoming.ts';
import type { LayerStore, StagedLayer } from '../../store/layers/layer-store.ts';
import { Spool } from '../../store/layers/spool.ts';
import type { Hold } from '../../store/leases.ts';
import type { ImageService } from '../image-service.ts';
import { ArchiveIndex, type ArchiveMember } from './archive-index.ts';
import type { LoadedImage } from './loaded-image.ts';
import { planDockerArchive } from './plan-docker-archive.ts';
import { planOciArchive } from './plan-oci-archive.ts';
import type { ArchiveContents, PlannedImage } from './planned-image.ts';
import { type ArrivalRecords, type ArrivedImage, recordImages } from './record-images.ts';

export interface LoadDependencies extends ArrivalRecords {
  readonly layers: LayerStore;
  /** Which of several platforms is taken; this machine's by default. */
  readonly platform?: Platform;
}

type Progress = NonNullable<Parameters<ImageService['load']>[1]['onProgress']>;

const READING_STEP = 4 * 1024 * 1024;

/**
 * Brings the images of an archive in (ImageService.load). The archive is kept in a temporary file, as its manifest may
 * come last; what looks like a layer is already being unpacked meanwhile, and counts once the manifest is known and the
 * digests agree. Images, layers and names are recorded together at the end.
 */
export async function loadArchive(dependencies: LoadDependencies, ...[archive, options]: Parameters<ImageService['load']>): Promise<readonly LoadedImage[]> {
  const { layers, leases, platform = hostPlatform(process.arch) } = dependencies;
  const onProgress = options.onProgress ?? (() => undefined);
  using hold = leases.hold('load');
  await using stack = new AsyncDisposableStack();
  const spool = await Spool.open(layers.ingest);
  const staging = new Staging(layers, spool, onProgress);
  // In this order: the end of the spool stops the workers that read it, which the staging waits for.
  stack.use(staging);
  stack.use(spool);
  const index = await receive(decompressed(untilAborted(archive, options.signal)), spool, staging, onProgress);
  const contents: ArchiveContents = { find: (path) => index.find(path), read: (member) => readDocument(spool, member) };
  const planned = (await planDockerArchive(contents)) ?? (await planOciArchive(contents, platform));
  if (planned === undefined) throw new EngineError('InvalidArgument', 'unrecognized image format: the archive has neither manifest.json nor index.json');
  const arrived: ArrivedImage[] = [];
  for (const image of planned) arrived.push(await arrive(image, staging, hold));
  options.signal.throwIfAborted();
  return await recordImages(dependencies, arrived);
}

async function receive(source: AsyncIterable<Buffer>, spool: Spool, staging: Staging, onProgress: Progress): Promise<ArchiveIndex> {
  const index = new ArchiveIndex((member) => staging.expect(member));
  const reader = new TarReader(index);
  let told = 0;
  for await (const chunk of source) {
    reader.push(chunk);
    await spool.write(chunk);
    if (reader.offset - told < READING_STEP) continue;
    told = reader.offset;
    onProgress({ id: 'archive', phase: 'reading', current: told });
  }
  reader.finish();
  await spool.finish();
  return index;
}

async function readDocument(spool: Spool, { name, offset, size }: ArchiveMember): Promise<Buffer> {
  if (size > JSON_LIMIT) throw new EngineError('TooLarge', `invalid archive: ${JSON.stringify(name.slice(0, 200))} has ${size} bytes, more than ${JSON_LIMIT}`);
  return spool.read(offset, size);
}

async function arrive({ config: bytes, layers, tags }: PlannedImage, staging: Staging, hold: Hold): Promise<ArrivedImage> {
  const config = parseJson(bytes, imageConfigSchema, 'image config');
  const diffIds = config.rootfs.diff_ids;
  if (diffIds.length !== layers.length) {
    throw new EngineError('InvalidArgument', `invalid manifest, layers length mismatch: expected ${diffIds.length}, got ${layers.length}`);
  }
  const arrived: ArrivedImage['layers'][number][] = [];
  for (const [position, { member, blobDigest }] of layers.entries()) {
    const diffId = diffIds[position];
    if (diffId === undefined || !isDigest(diffId)) throw new EngineError('InvalidArgument', `image config: rootfs.diff_ids.${position}: not a sha256 digest`);
    hold.add({ layers: [diffId] });
    const staged = await staging.layer(member, diffId);
    if (staged !== undefined && staged.diffId !== diffId) {
      throw new EngineError('InvalidArgument', `invalid diffID for layer ${position}: expected "${diffId}", got "${staged.diffId}"`);
    }
    if (staged !== undefined && blobDigest !== undefined && staged.blobDigest !== blobDigest) {
      throw new EngineError('InvalidArgument', `invalid archive: blob ${blobDigest} has digest ${staged.blobDigest}`);
    }
    arrived.push({ diffId, staged });
  }
  return { id: digestOf(bytes), bytes, config, layers: arrived, tags };
}

/** Layers on their way, each unpacked once; disposing waits for the workers and deletes what was not published. */
class Staging implements AsyncDisposable {
  readonly #store: LayerStore;
  readonly #spool: Spool;
  readonly #onProgress: Progress;
  readonly #staged = new Map<ArchiveMember, Promise<StagedLayer>>();

  constructor(store: LayerStore, spool: Spool, onProgress: Progress) {
    this.#store = store;
    this.#spool = spool;
    this.#onProgress = onProgress;
  }

  /** Begins to unpack what looks like a layer, unless it seems to be here already: then the manifest is waited for. */
  expect(member: ArchiveMember): void {
    const digest = `sha256:${/[0-9a-f]{64}$/.exec(member.name)?.[0] ?? ''}`;
    if (this.#store.mayHave(member.size) || (isDigest(digest) && this.#store.get(digest) !== undefined)) return;
    void this.#stage(member);
  }

  /** The layer in `member`; undefined when the store has it. Fails as extraction did. */
  async layer(member: ArchiveMember, diffId: Digest): Promise<StagedLayer | undefined> {
    const id = hexOf(diffId).slice(0, 12);
    if (this.#store.get(diffId) !== undefined) {
      this.#onProgress({ id, phase: 'done', current: member.size, total: member.size });
      return undefined;
    }
    const staged = await (this.#staged.get(member) ?? this.#stage(member, id));
    this.#onProgress({ id, phase: 'done', current: member.size, total: member.size });
    return staged;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const result of await Promise.allSettled(this.#staged.values())) {
      if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]();
    }
  }

  #stage(member: ArchiveMember, id = shortName(member)): Promise<StagedLayer> {
    const source = { path: this.#spool.path, offset: member.offset, length: member.size, growth: this.#spool.growth };
    const staged = this.#store.stage(source, (current) => this.#onProgress({ id, phase: 'extracting', current, total: member.size }));
    // It may not be a layer at all, and is then never asked for.
    staged.catch(() => undefined);
    this.#staged.set(member, staged);
    return staged;
  }
}

/** What a layer is called before its digest is known. */
function shortName({ name }: ArchiveMember): string {
  return /[0-9a-f]{12}/.exec(name)?.[0] ?? name.slice(0, 60);
}
