import type { OverlayDirectories } from '../store/snapshots/snapshotter.ts';

/** A directory that outlives the containers that use it. */
export interface Volume {
  readonly name: string;
  /** Nanoseconds since the epoch. */
  readonly createdAt: bigint;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the driver, as given at creation. */
  readonly options: Readonly<Record<string, string>>;
  /** The host's path of its files. */
  readonly mountpoint: string;
  /** Made without a name, for one container. */
  readonly isAnonymous: boolean;
}

export interface VolumeRequest {
  /** Empty or absent: anonymous, with a name of 64 hexadecimal digits. */
  readonly name?: string;
  /** Empty or absent: `local`, the only one. */
  readonly driver?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** The id of a container that is being made, or `import`: without its end, should the engine die meanwhile, a new volume goes again. */
  readonly madeFor?: string;
}

/** What a container mounts for a volume, in its own mount namespace. */
export type VolumeSource =
  | { readonly kind: 'directory'; readonly path: string; readonly recursive: boolean; readonly readonly: boolean }
  /** An own one for each container that uses the volume; empty at each start. */
  | { readonly kind: 'tmpfs'; readonly options: readonly string[] };

/** The place of an image's files that a volume is going to cover. */
export interface ImageContent {
  /** Of a snapshot that has not been written to. */
  readonly overlay: OverlayDirectories;
  /** Absolute, as the image sees it. */
  readonly path: string;
}

/** Which containers have a volume, running or not; implemented by the container layer. */
export interface VolumeUsers {
  usersOf(name: string): readonly string[];
}

/** Volumes by name. Methods that take the name of one that is not there throw NotFound `get NAME: no such volume`. */
export interface VolumeService {
  /** Says who has volumes. Before that none can be removed: it might be in use. */
  attachUsers(users: VolumeUsers): void;
  /**
   * Idempotent: one that exists is returned as it is. Throws InvalidArgument for a bad name or option, Unsupported for what this
   * driver does not mount, NotFound for another driver, and Conflict when it exists with other options than those given.
   */
  create(request: VolumeRequest): Volume;
  /** Throws what `create` throws for its arguments; makes nothing. */
  check(request: VolumeRequest): void;
  /** The container that is being made is about to be stored: a volume that was new for it, or for another one, stays. */
  settle(name: string): void;
  get(name: string): Volume;
  has(name: string): boolean;
  /** By name. */
  list(): readonly Volume[];
  usersOf(name: string): readonly string[];
  /** Conflict while a container has it or it is held. With `force` a missing one is no error. Files are deleted in the background. */
  remove(name: string, options: { readonly force: boolean }): void;
  /** Bytes of its files, hard links counted once; -1 for those whose files are elsewhere or nowhere. Takes as long as walking them. */
  size(name: string): Promise<number>;
  /** Where its files are on the host. Throws Unsupported for one whose files are each container's own. */
  directoryOf(name: string): string;
  /** Keeps it from being removed while a container is made that no one can see yet. */
  hold(name: string): Disposable;
  /** Docker's copy-up: an empty volume takes files, owner and mode of what it covers. All of it or nothing, unless it is mounted already. */
  copyUp(name: string, subpath: string, content: ImageContent): Promise<void>;
  /** For one run of a container; undone by `unmount`. */
  mount(name: string, use: { readonly containerId: string; readonly destination: string; readonly readonly: boolean }): Promise<VolumeSource>;
  /** Notes the mount of a container that runs from before this engine. Idempotent. */
  restore(name: string, containerId: string): void;
  /** All containers that run from before this engine are known: file systems that an earlier one has mounted and nobody uses go. */
  settleMounts(): void;
  /** Idempotent. */
  unmount(name: string, containerId: string): void;
}
