import { isKind, messageOf } from '../../base/errors.ts';
import type { OverlayDirectories } from '../../store/snapshots/snapshotter.ts';
import type { VolumeRequest } from '../../volume/volume-service.ts';
import type { MountPoint } from '../container-service.ts';
import type { ContainerDependencies } from '../dependencies.ts';
import { mountPointOf } from '../spec/mount-points.ts';
import type { PlannedMount } from '../spec/planned-mounts.ts';
import type { VolumeMount } from '../spec/user-mount.ts';

type Volumes = ContainerDependencies['volumes'];
type Keeper = Pick<ContainerDependencies, 'volumes' | 'logger'>;

/** Throws what making the volumes would throw; makes nothing. */
export function checkVolumes(volumes: Volumes, planned: readonly PlannedMount[]): void {
  for (const mount of planned) {
    if (mount.type === 'volume') volumes.check(requestOf(mount));
    else if (mount.type === 'inherited' && mount.point.volume !== undefined) volumes.get(mount.point.volume.name);
  }
}

/**
 * Makes the volumes that are missing and fills empty ones from the image. What is made goes again with `undo`; until `holds` end,
 * nobody can remove a volume of this container, which has no user yet.
 */
export async function makeMounts(
  { volumes, logger }: Keeper,
  planned: readonly PlannedMount[],
  { id, overlay }: { readonly id: string; readonly overlay: OverlayDirectories },
  { undo, holds }: { readonly undo: AsyncDisposableStack; readonly holds: DisposableStack },
): Promise<MountPoint[]> {
  const points: MountPoint[] = [];
  for (const mount of planned) {
    if (mount.type === 'inherited') {
      if (mount.point.volume !== undefined) holds.use(volumes.hold(mount.point.volume.name));
      points.push(mount.point);
    } else if (mount.type === 'volume') points.push(await makeVolume({ volumes, logger }, mount, { id, overlay }, undo, holds));
    else points.push(mountPointOf(mount));
  }
  return points;
}

async function makeVolume(
  { volumes, logger }: Keeper,
  mount: VolumeMount,
  { id, overlay }: { readonly id: string; readonly overlay: OverlayDirectories },
  undo: AsyncDisposableStack,
  holds: DisposableStack,
): Promise<MountPoint> {
  const isNew = mount.name === '' || !volumes.has(mount.name);
  const { name, mountpoint } = volumes.create({ ...requestOf(mount), madeFor: id });
  if (isNew) undo.defer(() => removeUnlessUsed({ volumes, logger }, name));
  holds.use(volumes.hold(name));
  if (!mount.nocopy) await volumes.copyUp(name, mount.subpath, { overlay, path: mount.target });
  return {
    type: 'volume',
    source: mountpoint,
    destination: mount.target,
    readonly: mount.readonly,
    propagation: '',
    volume: { name, subpath: mount.subpath, isAnonymous: mount.name === '' },
  };
}

/** Removes the volumes that were made for this container alone, unless another has taken them over since. What cannot be removed is left to a prune. */
export function removeAnonymousVolumes(keeper: Keeper, mounts: readonly MountPoint[]): void {
  for (const { volume } of mounts) if (volume?.isAnonymous) removeUnlessUsed(keeper, volume.name);
}

function removeUnlessUsed({ volumes, logger }: Keeper, name: string): void {
  try {
    volumes.remove(name, { force: true });
  } catch (error) {
    if (!isKind(error, 'Conflict')) logger.error('a volume that nobody needs could not be removed', { volume: name, error: messageOf(error) });
  }
}

function requestOf({ name, driver, driverOptions, labels }: VolumeMount): VolumeRequest {
  return { name, driver, options: driverOptions, labels };
}
