import type { Change } from '../../store/trees/changes.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { MOUNT_PLACES } from '../files/mount-places.ts';
import { overlayOf } from '../files/overlay.ts';

/** What a container has changed of its image. */
export async function changesOf(engine: ContainerEngine, entity: Entity): Promise<readonly Change[]> {
  await using _ = entity.roots.own(new AsyncDisposableStack(), 'reader');
  const { lower, upper } = overlayOf(engine, entity.id);
  return await engine.deps.trees.changes({ upper, lower, omitted: MOUNT_PLACES });
}
