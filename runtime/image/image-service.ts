import type { Digest } from '../base/digest.ts';
import type { ImageConfig } from '../formats/oci/config.ts';
import type { LayoutChoice } from '../formats/oci/layout.ts';
import type { Platform } from '../formats/platform.ts';
import type { ListedDirectory, ListOptions } from '../store/explorer/explorer-types.ts';
import type { ImageLayers } from './explore-layers.ts';
import type { Credentials } from './registry/credentials.ts';
import type { RemoteDescription } from './registry/describe.ts';
import type { NamePage, PageOptions } from './registry/listing.ts';
import type { FoundImage } from './registry/search.ts';

/** An image ready to run: what a container needs to know of it. */
export interface ResolvedImage {
  /** Digest of the config blob; Docker's image id. */
  readonly id: Digest;
  /** The reference as the user gave it, normalised as Docker prints it (`busybox:latest`), or the id. */
  readonly name: string;
  readonly config: ImageConfig;
  /** Keys of the layer snapshots, base first; what Snapshotter.prepare takes. */
  readonly layers: readonly string[];
}

export interface ImageSummary {
  readonly id: Digest;
  readonly parentId: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  /** Seconds since the epoch. */
  readonly created: number;
  /** Bytes of all layers unpacked. */
  readonly size: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ImageDetails extends ImageSummary {
  readonly config: ImageConfig;
  readonly diffIds: readonly Digest[];
  /** Milliseconds since the epoch; absent: no name was given to it here. */
  readonly lastTaggedMs?: number;
}

export interface ImageUsage {
  /** Bytes of all layers that images have, each once. */
  readonly layersSize: number;
  /** Bytes of the layers that other images have too. */
  readonly sharedSize: (id: Digest) => number;
}

export interface HistoryEntry {
  /** The image's id for the newest entry, `<missing>` else. */
  readonly id: string;
  readonly created: number;
  readonly createdBy: string;
  readonly size: number;
  readonly comment: string;
  readonly tags: readonly string[];
}

export interface LoadProgress {
  /** Short layer id or the archive. */
  readonly id: string;
  readonly phase: 'reading' | 'extracting' | 'done';
  readonly current: number;
  /** Absent while unknown. */
  readonly total?: number;
}

/** A line of what a pull or push does: of one layer (its short id), or of the whole. */
export interface TransferProgress {
  readonly id?: string;
  readonly status: string;
  /** Bytes, unless `units` names others. */
  readonly current?: number;
  readonly total?: number;
  readonly units?: string;
}

/** A layer of a pull by its short id. */
export interface PlannedLayer {
  readonly id: string;
  /** Bytes of its archive in the registry. */
  readonly size: number;
  /** It is here already, so that nothing of it is sent. */
  readonly isHere: boolean;
  /** Bytes that an earlier pull has left here: the download goes on behind them. */
  readonly kept: number;
}

export interface PushedImage {
  readonly id: Digest;
  readonly tag: string;
  /** Of its manifest, and its bytes. */
  readonly digest: Digest;
  readonly size: number;
}

export interface PulledImage {
  readonly id: Digest;
  /** Of the manifest or index that the reference names. */
  readonly digest: Digest;
  /** As Docker prints it. */
  readonly name: string;
}

/** What `remove` did: Docker's `Untagged`/`Deleted` rows in order. A row with a size is of a layer, by its chain id, and tells the bytes that are free now. */
export type RemovalRow = { readonly untagged: string } | { readonly deleted: Digest; readonly size?: number };

/** An image that is no entry of the list: its layers, base first, are here for as long as somebody holds them. */
export interface LayoutImage {
  readonly id: Digest;
  readonly config: ImageConfig;
  readonly layers: readonly Digest[];
}

export interface ImageFilters {
  /** Those without a name that others were made from too. */
  readonly all?: boolean;
  readonly reference?: readonly string[];
  readonly dangling?: boolean;
  readonly label?: readonly string[];
  readonly before?: string;
  readonly since?: string;
  /** Made no later; milliseconds since the epoch. */
  readonly until?: number;
}

/**
 * Images by reference. Every method that takes `name` accepts a tag, a digest reference, a full id or a unique
 * prefix of one, and throws NotFound `No such image: <name>`.
 */
export interface ImageService {
  /**
   * docker-archive or oci-archive, plain or compressed by gzip or zstd. Nothing is left after a failure or an abort.
   * Resolves to the names loaded, or `sha256:` ids where the archive has none.
   */
  load(
    archive: AsyncIterable<Uint8Array>,
    options: { readonly signal: AbortSignal; readonly onProgress?: (progress: LoadProgress) => void },
  ): Promise<readonly string[]>;
  /**
   * The layers of an image in a layout (image-spec, image-layout.md) that lies in `directory`, to which nobody writes; they are leased by `owner`.
   * NotFound for a tag, digest or platform that it does not have; InvalidArgument. Nothing is left after a failure or an abort once that lease ends.
   */
  fromLayout(
    directory: string,
    options: {
      readonly choice: LayoutChoice;
      readonly platform: Platform;
      readonly owner: string;
      readonly signal: AbortSignal;
      readonly onProgress?: (progress: LoadProgress) => void;
    },
  ): Promise<LayoutImage>;
  /** One image of one layer from the tar of a root file system. */
  importRootfs(
    tar: AsyncIterable<Uint8Array>,
    options: {
      readonly signal: AbortSignal;
      readonly reference?: string;
      readonly message?: string;
      readonly config?: Partial<ImageConfig['config']>;
      /** This machine's by default. */
      readonly platform?: Platform;
    },
  ): Promise<Digest>;
  /**
   * An image of the one that `base` names with the tar of one more layer, which is left out when it has no entry, and a
   * configuration of its own. Where there is no such image, as below a step of a build, it stands on `layers`, which are in use. Nothing is left after a failure or an abort; InvalidArgument for a bad reference.
   */
  commit(
    layer: AsyncIterable<Uint8Array>,
    options: {
      readonly base: string;
      readonly layers: readonly Digest[];
      readonly config: NonNullable<ImageConfig['config']>;
      /** What the history says of it. */
      readonly createdBy: string;
      readonly author?: string;
      readonly comment?: string;
      readonly reference?: string;
      readonly signal: AbortSignal;
    },
  ): Promise<Digest>;
  /**
   * An image of layers that are here and leased, as its configuration says. With `reuse` one that is here and differs in its times
   * alone is taken instead. `tags` are full references; they move to it.
   */
  record(
    config: ImageConfig,
    options: { readonly tags: readonly string[]; readonly reuse: boolean },
  ): Promise<{ readonly id: Digest; readonly names: readonly string[] }>;
  /**
   * From the registry that `name` says, `latest` where it says no tag. After a failure or an abort nothing is left but what was received,
   * for a time: the next pull goes on there. NotFound for what the registry does not have for the platform (`os/architecture[/variant]`, this machine's by default), Unauthorized, Unavailable.
   */
  pull(
    name: string,
    options: {
      readonly signal: AbortSignal;
      readonly platform?: string;
      readonly credentials?: Credentials;
      readonly onProgress?: (progress: TransferProgress) => void;
      /** Called once, when it is known what the image consists of. */
      readonly onPlan?: (layers: readonly PlannedLayer[]) => void;
    },
  ): Promise<PulledImage>;
  /**
   * Sends the image of a tag to the registry that its name says. What the registry has is not sent again. NotFound for a tag that is
   * not here, PermissionDenied, Unavailable; the registry shows nothing new after a failure or an abort.
   */
  push(
    name: string,
    options: { readonly signal: AbortSignal; readonly credentials?: Credentials; readonly onProgress?: (progress: TransferProgress) => void },
  ): Promise<PushedImage>;
  /** What a name stands for in its registry, without taking it. Throws as `pull` does. */
  describe(name: string, options: { readonly signal: AbortSignal; readonly credentials?: Credentials }): Promise<RemoteDescription>;
  /** Images that a registry finds by a word, at most `limit`; Docker's own registry where `term` does not begin with another's host. */
  search(term: string, options: { readonly limit: number; readonly signal: AbortSignal; readonly credentials?: Credentials }): Promise<readonly FoundImage[]>;
  /** The tags of a repository in its registry, a page at a time. Throws as `pull` does. */
  remoteTags(name: string, options: PageOptions): Promise<NamePage>;
  /** The repositories of a registry (`host[:port]`) that tells them. Throws as `pull` does. */
  remoteRepositories(host: string, options: PageOptions): Promise<NamePage>;
  /** The digest that a name stands for in its registry now, as `repoDigests` has it after a pull. Throws as `pull` does. */
  remoteDigest(name: string, options: { readonly signal: AbortSignal; readonly credentials?: Credentials }): Promise<Digest>;
  /**
   * Asks a registry (`host[:port]` or URL; empty: Docker's own) whether it lets the credentials in. Resolves to a token to keep instead
   * of the password, where it gives one. Unauthorized when it does not.
   */
  login(address: string, credentials: Credentials, signal: AbortSignal): Promise<string | undefined>;
  /**
   * The images as an archive that `load` reads, Docker and podman too, as a docker-archive and as an OCI layout. A repository without a
   * tag means all of its tags. NotFound for a name that is none, before the first byte. A piece is valid until the next.
   */
  save(names: readonly string[], signal: AbortSignal): AsyncIterable<Uint8Array>;
  list(filters?: ImageFilters): readonly ImageSummary[];
  resolve(name: string): ResolvedImage;
  inspect(name: string): ImageDetails;
  usage(): ImageUsage;
  /** Drops what pulls that did not end well have left; the bytes that are free now. */
  dropPartials(): number;
  /** Bytes that removing all of these would free; those that a container uses count for nothing, nor does what is not here. */
  reclaimable(names: readonly string[]): number;
  /** What each layer did, by how its archive was made. NotFound, also for a layer of which that is not known; TooLarge. */
  layers(name: string): Promise<ImageLayers>;
  /** A directory of the image after one of its layers (`sha256:` digest of the plain tar). NotFound, InvalidArgument. */
  layerTree(name: string, diffId: string, options: Omit<ListOptions, 'layer'>): Promise<ListedDirectory>;
  history(name: string): readonly HistoryEntry[];
  /** Idempotent; moves the tag when another image has it. */
  tag(name: string, reference: string): void;
  /**
   * Conflict while a container uses the image or others were made from it, as Docker words it. With `force` a stopped container's image
   * goes too: the container keeps its layers.
   */
  remove(name: string, options: { readonly force: boolean; readonly noprune: boolean }): Promise<readonly RemovalRow[]>;
}

/** Which containers hold an image; implemented by the container layer, handed to the image service by the daemon. */
export interface ImageUsers {
  usersOf(id: Digest): readonly { readonly containerId: string; readonly running: boolean }[];
}
