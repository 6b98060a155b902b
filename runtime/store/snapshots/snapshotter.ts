/** Directories an overlay mount is made of. Lower directories are listed top first. */
export interface OverlayDirectories {
  readonly lower: readonly string[];
  readonly upper: string;
  readonly work: string;
}

/**
 * Layers and writable snapshots.
 *
 * A *layer* is an immutable directory named by its key (the diffID's hex), holding one layer's files in overlay form.
 * A *snapshot* is a writable upper directory above a chain of layers, named by its owner (a container id). It lives
 * until removed: stop and start of a container keep it. Nothing here mounts: the launcher does, in the container's
 * own mount namespace. Layers are protected by whoever removes them, not by this interface.
 */
export interface Snapshotter {
  /** Makes the upper and work directories above `layers` (base first). AlreadyExists is Conflict. Not idempotent. */
  prepare(key: string, layers: readonly string[]): Promise<OverlayDirectories>;
  /** The directories of an existing snapshot. NotFound when there is none. */
  directories(key: string): OverlayDirectories;
  /** Moves the snapshot out of the way at once and deletes it in the background. Idempotent. */
  remove(key: string): Promise<void>;
  /** Removes a layer that nothing is above any more, as `remove` does. Idempotent. */
  removeLayer(key: string): Promise<void>;
  /** Keys of all snapshots. */
  list(): readonly string[];
  /** Keys of the layers that one snapshot is above, base first. NotFound when there is none. */
  layersOf(key: string): readonly string[];
  /** Keys of the layers that a snapshot is above. */
  layersInUse(): ReadonlySet<string>;
  /** Bytes and inodes of the writable layer. */
  usage(key: string): Promise<{ readonly bytes: number; readonly inodes: number }>;
  /** Waits until background deletion has ended; for shutdown and tests. */
  idle(): Promise<void>;
}
