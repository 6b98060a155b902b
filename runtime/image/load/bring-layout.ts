import { lstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { EngineError } from '../../base/errors.ts';
import { JSON_LIMIT } from '../../formats/json.ts';
import { Growth } from '../../store/layers/growing-file.ts';
import type { LayerStore } from '../../store/layers/layer-store.ts';
import type { ImageService, LayoutImage } from '../image-service.ts';
import type { ArchiveMember } from './archive-index.ts';
import { planLayoutImage } from './plan-oci-archive.ts';
import type { ArchiveContents } from './planned-image.ts';
import type { ArrivalRecords } from './record-images.ts';
import { arrive, Staging } from './staging.ts';

/** Documents of one image: index, manifest, configuration. */
const DOCUMENT_BYTES = 32 * 1024 * 1024;

/** Brings the layers of a layout's image in, without a record of an image (ImageService.fromLayout). */
export async function bringLayout(
  { database, layers, leases }: ArrivalRecords,
  ...[directory, { choice, platform, owner, signal, onProgress = () => undefined }]: Parameters<ImageService['fromLayout']>
): Promise<LayoutImage> {
  const files = new LayoutFiles(layers, directory);
  const planned = await planLayoutImage(files, choice, platform);
  // All of it is here; aborted, it ends the threads that read it.
  const growth = new Growth();
  growth.advance(Number.MAX_SAFE_INTEGER);
  growth.complete();
  const stop = (): void => growth.abort();
  await using stack = new AsyncDisposableStack();
  const staging = stack.use(
    new Staging(layers, (member) => ({ path: files.pathOf(member), offset: 0, length: member.size, growth: growth.buffer }), onProgress),
  );
  stack.defer(stop);
  signal.addEventListener('abort', stop);
  stack.defer(() => signal.removeEventListener('abort', stop));
  signal.throwIfAborted();
  for (const { member } of planned.layers) staging.expect(member);
  const { id, config, layers: arrived } = await arrive(planned, staging, { add: (resources) => leases.add(owner, resources) });
  signal.throwIfAborted();
  const staged = arrived.flatMap((layer) => layer.staged ?? []);
  try {
    database.transaction(() => {
      for (const layer of new Set(staged)) layers.publish(layer);
    });
  } catch (error) {
    layers.unpublish(staged);
    throw error;
  }
  return { id, config, layers: arrived.map(({ diffId }) => diffId) };
}

/** A layout in a directory of the engine's to which nobody writes. Its links lead nowhere else. */
class LayoutFiles implements ArchiveContents {
  readonly #layers: Pick<LayerStore, 'locate'>;
  readonly #directory: string;
  readonly #members = new Map<string, ArchiveMember>();
  readonly #paths = new Map<ArchiveMember, string>();
  #bytes = 0;

  constructor(layers: Pick<LayerStore, 'locate'>, directory: string) {
    this.#layers = layers;
    this.#directory = directory;
  }

  find(path: string): ArchiveMember | undefined {
    const known = this.#members.get(path);
    if (known !== undefined) return known;
    const located = this.#layers.locate({ kind: 'directory', path: this.#directory }, path);
    const facts = located.kind === 'file' ? lstatSync(located.file) : undefined;
    if (located.kind !== 'file' || facts?.isFile() !== true) return undefined;
    const member = { name: path, offset: 0, size: facts.size };
    this.#members.set(path, member);
    this.#paths.set(member, located.file);
    return member;
  }

  async read(member: ArchiveMember): Promise<Buffer> {
    this.#bytes += member.size;
    if (member.size > JSON_LIMIT || this.#bytes > DOCUMENT_BYTES) {
      throw new EngineError('TooLarge', `${JSON.stringify(member.name.slice(0, 200))} has ${member.size} bytes, more than a document of a layout may have`);
    }
    return await readFile(this.pathOf(member));
  }

  pathOf(member: ArchiveMember): string {
    return this.#paths.get(member) ?? '';
  }
}
