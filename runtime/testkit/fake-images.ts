import { Readable } from 'node:stream';
import { type Digest, digestOf } from '../base/digest.ts';
import { EngineError } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import type { ImageLayers } from '../image/explore-layers.ts';
import type {
  HistoryEntry,
  ImageDetails,
  ImageFilters,
  ImageService,
  ImageSummary,
  ImageUsage,
  LayoutImage,
  LoadProgress,
  PulledImage,
  PushedImage,
  RemovalRow,
  ResolvedImage,
} from '../image/image-service.ts';
import type { RemoteDescription } from '../image/registry/describe.ts';
import type { NamePage } from '../image/registry/listing.ts';
import type { FoundImage } from '../image/registry/search.ts';
import type { ListedDirectory } from '../store/explorer/explorer-types.ts';

const CREATED = 1_700_000_000;

/** Images that are only names, for tests of what stands above them. An archive is the text of the names to load, one a line. */
export class FakeImages implements ImageService {
  readonly #images = new Map<Digest, { id: Digest; tags: string[]; cmd: string[] }>();
  readonly #events: EventBus;
  /** How many loads are at work; a test of leaks looks here. */
  loading = 0;

  constructor(events: EventBus) {
    this.#events = events;
  }

  add(name: string, cmd: string[] = ['sleep']): Digest {
    const id = digestOf(name);
    this.#images.set(id, { id, tags: [name], cmd });
    this.#events.publish('image', 'tag', id, { name });
    return id;
  }

  async load(
    archive: AsyncIterable<Uint8Array>,
    options: { readonly signal: AbortSignal; readonly onProgress?: (progress: LoadProgress) => void },
  ): Promise<readonly string[]> {
    this.loading += 1;
    try {
      let text = '';
      for await (const chunk of archive) {
        text += new TextDecoder().decode(chunk);
        options.onProgress?.({ id: 'archive', phase: 'reading', current: text.length });
        options.signal.throwIfAborted();
        if (text.startsWith('broken')) throw new EngineError('InvalidArgument', 'the archive is truncated');
      }
      const names = text.split('\n').filter((name) => name !== '');
      if (names.length === 0) throw new EngineError('InvalidArgument', 'the archive is empty');
      for (const name of names) this.add(name);
      return names;
    } finally {
      this.loading -= 1;
    }
  }

  fromLayout(directory: string): Promise<LayoutImage> {
    const { id, config, diffIds } = this.inspect(directory);
    return Promise.resolve({ id, config, layers: diffIds });
  }

  async commit(layer: AsyncIterable<Uint8Array>, options: { readonly reference?: string }): Promise<Digest> {
    return this.importRootfs(layer, { ...options, signal: new AbortController().signal });
  }

  record(_config: unknown, { tags }: { readonly tags: readonly string[] }): Promise<{ readonly id: Digest; readonly names: readonly string[] }> {
    return Promise.resolve({ id: this.add(tags[0] ?? 'built'), names: tags });
  }

  async importRootfs(tar: AsyncIterable<Uint8Array>, options: { readonly signal: AbortSignal; readonly reference?: string }): Promise<Digest> {
    let size = 0;
    for await (const chunk of tar) size += chunk.length;
    return this.add(options.reference ?? `imported-${size}`);
  }

  /** Bytes that broken pulls have left. */
  partials = 0;

  dropPartials(): number {
    const dropped = this.partials;
    this.partials = 0;
    return dropped;
  }

  /** Everybody's password is `secret`. */
  login(_address: string, { password }: { readonly password?: string }): Promise<string | undefined> {
    if (password === 'secret') return Promise.resolve('token');
    return Promise.reject(new EngineError('Unauthorized', 'unauthorized: incorrect username or password'));
  }

  describe(name: string): Promise<RemoteDescription> {
    return Promise.resolve({
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: digestOf(name),
      size: 1,
      platforms: [{ os: 'linux', architecture: 'arm64', variant: 'v8' }],
    });
  }

  /** There is an official one and one of a person. */
  search(term: string, { limit }: { readonly limit: number }): Promise<readonly FoundImage[]> {
    const found = [
      { name: term, description: 'official', stars: 100, isOfficial: true },
      { name: `me/${term}`, description: 'mine', stars: 2, isOfficial: false },
    ];
    return Promise.resolve(found.slice(0, limit));
  }

  remoteTags(_name: string, { limit }: { readonly limit: number }): Promise<NamePage> {
    return Promise.resolve({ names: ['1', '2'].slice(0, limit), next: '' });
  }

  remoteRepositories(): Promise<NamePage> {
    return Promise.resolve({ names: ['web'], next: '' });
  }

  remoteDigest(name: string): Promise<Digest> {
    return Promise.resolve(digestOf(name));
  }

  reclaimable(names: readonly string[]): number {
    return names.length;
  }

  /** Its archive is what `load` takes: the names. */
  save(names: readonly string[]): AsyncIterable<Uint8Array> {
    for (const name of names) this.inspect(name);
    return Readable.from([Buffer.from(names.join('\n'))], { objectMode: true });
  }

  push(name: string, { onProgress = () => undefined }: Parameters<ImageService['push']>[1]): Promise<PushedImage> {
    const { id } = this.inspect(name);
    onProgress({ status: 'The push refers to repository [test]' });
    return Promise.resolve({ id, tag: 'latest', digest: id, size: 1 });
  }

  /** Has no registry: every image is there, unless its name says that it is missing. */
  pull(name: string, { onProgress = () => undefined }: Parameters<ImageService['pull']>[1]): Promise<PulledImage> {
    if (name.includes('missing')) return Promise.reject(new EngineError('NotFound', `manifest for ${name} not found: manifest unknown`));
    onProgress({ status: 'Pulling from test', id: 'latest' });
    if (name.includes('broken')) return Promise.reject(new EngineError('Unavailable', 'the download broke off'));
    const id = this.add(name);
    onProgress({ status: `Digest: ${id}` });
    return Promise.resolve({ id, digest: id, name });
  }

  list(filters: ImageFilters = {}): readonly ImageSummary[] {
    return [...this.#images.values()]
      .filter((one) => filters.dangling === undefined || (one.tags.length === 0) === filters.dangling)
      .filter((one) => !filters.reference || filters.reference.some((name) => one.tags.some((tag) => tag.startsWith(name))))
      .map((one) => this.inspect(one.id));
  }

  resolve(name: string): ResolvedImage {
    const image = this.inspect(name);
    return { id: image.id, name, config: image.config, layers: [] };
  }

  inspect(name: string): ImageDetails {
    const tagged = /:[^/]*$/.test(name) ? name : `${name}:latest`;
    const image = [...this.#images.values()].find((one) => one.tags.includes(tagged) || one.id === name || one.id.slice(7).startsWith(name));
    if (!image) throw new EngineError('NotFound', `No such image: ${name}`);
    const layer = digestOf('layer');
    return {
      id: image.id,
      parentId: '',
      repoTags: image.tags,
      repoDigests: [],
      created: CREATED,
      size: 1000,
      labels: {},
      config: {
        architecture: 'amd64',
        os: 'linux',
        created: '2023-11-14T22:13:20Z',
        config: { Cmd: image.cmd },
        rootfs: { type: 'layers', diff_ids: [layer] },
      },
      diffIds: [layer],
    };
  }

  usage(): ImageUsage {
    return { layersSize: this.#images.size * 1000, sharedSize: () => 0 };
  }

  layers(name: string): Promise<ImageLayers> {
    const { id } = this.inspect(name);
    return Promise.resolve({ id, layers: [], totalBytes: 0, wastedBytes: 0, efficiency: 1, wasted: [] });
  }

  layerTree(): Promise<ListedDirectory> {
    return Promise.resolve({ entries: [], total: 0 });
  }

  history(name: string): readonly HistoryEntry[] {
    return [{ id: this.inspect(name).id, created: CREATED, createdBy: 'COPY . /', size: 1000, comment: '', tags: [] }];
  }

  tag(name: string, reference: string): void {
    const { id } = this.inspect(name);
    this.#images.get(id)?.tags.push(reference);
    this.#events.publish('image', 'tag', id, { name: reference });
  }

  remove(name: string, _options: { readonly force: boolean; readonly noprune: boolean }): Promise<readonly RemovalRow[]> {
    return Promise.resolve().then(() => {
      const { id, repoTags } = this.inspect(name);
      this.#images.delete(id);
      this.#events.publish('image', 'delete', id, { name: id });
      return [...repoTags.map((untagged) => ({ untagged })), { deleted: id }, { deleted: digestOf('layer'), size: 1000 }];
    });
  }
}
