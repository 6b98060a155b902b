import type { Digest } from '../base/digest.ts';
import type { ContainerConfig } from '../formats/docker/container-config.ts';
import type { Change } from '../store/trees/changes.ts';
import type { PathStat } from '../store/trees/path-stat.ts';
import type { RootFiles } from '../store/trees/root-files.ts';

/** A tar that is made while it is read. Disposing of it ends that; nothing is left then. */
export interface ContainerArchive extends AsyncDisposable {
  /** A piece is only valid until the next one is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface ArchiveWriteOptions {
  /** Refuse to put a file in the place of a directory, and the other way round. */
  readonly noOverwriteDirNonDir: boolean;
  /** Give everything to the container's user instead of the owners that the archive names. */
  readonly copyUIDGID: boolean;
  readonly signal: AbortSignal;
}

export interface CommitOptions {
  /** Put over the container's own; null: the container's as it is. */
  readonly config: ContainerConfig | null;
  /** Dockerfile instructions; see applyChanges. */
  readonly changes: readonly string[];
  /** Empty: no name. */
  readonly reference: string;
  readonly author: string;
  readonly comment: string;
  /** Keep a running container paused meanwhile. */
  readonly pause: boolean;
  readonly signal: AbortSignal;
}

/**
 * The files of containers, whether they run or not. Containers are named as everywhere (ContainerService). While a container
 * runs its files are what it sees itself, mounts included; else they are its own with its binds and volumes. Nothing of a
 * container is run, and no path of it can lead out.
 */
export interface ContainerFiles {
  /** NotFound `Could not find the file <path> in container <ref>`. A link at the path's end is itself looked at. */
  stat(ref: string, path: string): Promise<PathStat>;
  /** The file or tree at `path` under its last name; of `/.` at the end, under a dot. Fails as `stat` does. */
  read(ref: string, path: string, signal: AbortSignal): Promise<ContainerArchive & { readonly stat: PathStat }>;
  /**
   * Unpacks a tar, plain or compressed by gzip or zstd, into the directory `path`. NotFound as `stat`; Internal in Docker's
   * words where a file is in the way; PermissionDenied where it is read-only. What is there at a failure stays, but no part
   * of a file.
   */
  write(ref: string, path: string, archive: AsyncIterable<Uint8Array>, options: ArchiveWriteOptions): Promise<void>;
  /** All files of image and container, without what is mounted into it. */
  export(ref: string, signal: AbortSignal): Promise<ContainerArchive>;
  /** An image of the container's own image and what it has changed. InvalidArgument for changes that are none; nothing is left after a failure. */
  commit(ref: string, options: CommitOptions): Promise<Digest>;
  /** One by one, marked by how they differ from the image. */
  readonly browsed: RootFiles;
  /** What it has changed of its image, parents first. */
  changes(ref: string): Promise<readonly Change[]>;
}
