import { type Digest, digestOf, hexOf, isDigest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { parseJson } from '../../formats/json.ts';
import { imageConfigSchema } from '../../formats/oci/config.ts';
import type { FileRange } from '../../store/layers/growing-file.ts';
import type { LayerStore, StagedLayer } from '../../store/layers/layer-store.ts';
import type { Hold } from '../../store/leases.ts';
import type { ImageService } from '../image-service.ts';
import type { ArchiveMember } from './archive-index.ts';
import type { PlannedImage } from './planned-image.ts';
import type { ArrivedImage } from './record-images.ts';

export type Progress = NonNullable<Parameters<ImageService['load']>[1]['onProgress']>;

/** Unpacked before it is known whether they are layers. */
const EXPECTED = 1000;

/** The layers of an image, unpacked or here already, held and as its configuration says they are. Throws InvalidArgument. */
export async function arrive({ config: bytes, layers, tags }: PlannedImage, staging: Staging, hold: Pick<Hold, 'add'>): Promise<ArrivedImage> {
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
export class Staging implements AsyncDisposable {
  readonly #store: LayerStore;
  readonly #rangeOf: (member: ArchiveMember) => FileRange;
  readonly #onProgress: Progress;
  readonly #staged = new Map<ArchiveMember, Promise<StagedLayer>>();

  constructor(store: LayerStore, rangeOf: (member: ArchiveMember) => FileRange, onProgress: Progress) {
    this.#store = store;
    this.#rangeOf = rangeOf;
    this.#onProgress = onProgress;
  }

  /** Begins to unpack what looks like a layer, unless it seems to be here already: then the manifest is waited for. */
  expect(member: ArchiveMember): void {
    if (this.#staged.size >= EXPECTED) return;
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
    const staged = this.#store.stage(this.#rangeOf(member), (current) => this.#onProgress({ id, phase: 'extracting', current, total: member.size }));
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
