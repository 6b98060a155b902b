import type { OverlayDirectories } from '../../store/snapshots/snapshotter.ts';
import { markLayerOf } from '../directories.ts';
import type { ContainerEngine } from '../engine.ts';

/** The directories of a container's overlay as a start mounts them. */
export function overlayOf({ deps }: ContainerEngine, id: string): OverlayDirectories {
  const { lower, ...writable } = deps.snapshots.directories(id);
  return { ...writable, lower: [markLayerOf(deps.directories), ...lower] };
}
