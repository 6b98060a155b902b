import { type HeldRoot, RootFiles } from '../../store/trees/root-files.ts';
import type { ContainerEngine } from '../engine.ts';
import { closedPaths } from '../verbs/archive.ts';
import { MOUNT_PLACES } from './mount-places.ts';
import { openRoot } from './open-root.ts';
import { overlayOf } from './overlay.ts';

/** The files of containers one by one, marked by how they differ from the image. */
export function browseContainers(engine: ContainerEngine): RootFiles {
  async function open(ref: string): Promise<HeldRoot> {
    const entity = engine.table.find(ref);
    const { fd, signal, [Symbol.asyncDispose]: dispose } = await openRoot(engine, entity);
    const { lower, upper } = overlayOf(engine, entity.id);
    return {
      fd,
      signal,
      against: { upper, lower, omitted: MOUNT_PLACES },
      closed: closedPaths(entity),
      isReadonly: entity.container.hostConfig.ReadonlyRootfs ?? false,
      [Symbol.asyncDispose]: dispose,
    };
  }
  return new RootFiles({ trees: engine.deps.trees, open });
}
