import { EngineError } from '../../base/errors.ts';
import { JSON_LIMIT } from '../../formats/json.ts';
import { hostPlatform, type Platform } from '../../formats/platform.ts';
import { TarReader } from '../../formats/tar/reader.ts';
import { decompressed, type InflateByTool, untilAborted } from '../../store/incoming.ts';
import type { LayerStore } from '../../store/layers/layer-store.ts';
import { Spool } from '../../store/layers/spool.ts';
import type { ImageService } from '../image-service.ts';
import { ArchiveIndex, type ArchiveMember } from './archive-index.ts';
import type { LoadedImage } from './loaded-image.ts';
import { planDockerArchive } from './plan-docker-archive.ts';
import { planOciArchive } from './plan-oci-archive.ts';
import type { ArchiveContents } from './planned-image.ts';
import { type ArrivalRecords, type ArrivedImage, recordImages } from './record-images.ts';
import { arrive, type Progress, Staging } from './staging.ts';

export interface LoadDependencies extends ArrivalRecords {
  readonly layers: LayerStore;
  readonly inflateByTool: InflateByTool;
  /** Which of several platforms is taken; this machine's by default. */
  readonly platform?: Platform;
}

const READING_STEP = 4 * 1024 * 1024;
/** Of all documents, each time one is named: a manifest of many images can name a large one for all of them. */
const DOCUMENT_BYTES = 128 * 1024 * 1024;
/** Of all images, each time one is named. */
const LAYERS = 20_000;

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
  const staging = new Staging(layers, ({ offset, size }) => ({ path: spool.path, offset, length: size, growth: spool.growth }), onProgress);
  // In this order: the end of the spool stops the workers that read it, which the staging waits for.
  stack.use(staging);
  stack.use(spool);
  const index = await receive(decompressed(untilAborted(archive, options.signal), dependencies.inflateByTool), spool, staging, onProgress);
  let bytes = 0;
  const contents: ArchiveContents = {
    find: (path) => index.find(path),
    read: (member) => {
      bytes += member.size;
      if (bytes > DOCUMENT_BYTES) throw new EngineError('TooLarge', `invalid archive: its documents have more than ${DOCUMENT_BYTES} bytes together`);
      return readDocument(spool, member);
    },
  };
  const planned = (await planDockerArchive(contents)) ?? (await planOciArchive(contents, platform));
  if (planned === undefined) throw new EngineError('InvalidArgument', 'unrecognized image format: the archive has neither manifest.json nor index.json');
  const count = planned.reduce((sum, image) => sum + image.layers.length, 0);
  if (count > LAYERS) throw new EngineError('TooLarge', `invalid archive: its images have more than ${LAYERS} layers together`);
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
