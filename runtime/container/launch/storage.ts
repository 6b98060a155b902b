import { MS } from '../../sys/constants.ts';
import type { Op } from '../../sys/launcher/ops.ts';
import { tmpfsOptions } from '../../sys/tmpfs-options.ts';
import type { VolumeSource } from '../../volume/volume-service.ts';
import type { Container, MountPoint } from '../container-service.ts';
import type { ContainerDependencies } from '../dependencies.ts';
import { makeBindSources } from './bind-sources.ts';
import { bindOp } from './plan.ts';

/** Mounts of a container that its own options alone do not tell: its volumes, and what it has from other containers. */
export interface StorageMount {
  readonly target: string;
  readonly op: Op;
}

/** Takes the volumes into use. Throws NotFound for one that is gone. */
export async function takeStorage(volumes: ContainerDependencies['volumes'], container: Container, undo: AsyncDisposableStack): Promise<StorageMount[]> {
  const taken: StorageMount[] = [];
  for (const mount of container.mounts) {
    const { inherited, volume, destination: target, readonly } = mount;
    if (inherited !== undefined) {
      makeBindSources([inherited]);
      taken.push({ target, op: bindOp(inherited) });
    }
    if (volume === undefined) continue;
    undo.defer(() => volumes.unmount(volume.name, container.id));
    const source = await volumes.mount(volume.name, { containerId: container.id, destination: target, readonly });
    taken.push({ target, op: volumeOp(mount, source, volume.subpath) });
  }
  return taken;
}

/** Idempotent. */
export function releaseStorage(volumes: ContainerDependencies['volumes'], container: Container): void {
  for (const { volume } of container.mounts) if (volume !== undefined) volumes.unmount(volume.name, container.id);
}

function volumeOp({ destination: target, readonly }: MountPoint, source: VolumeSource, subpath: string): Op {
  if (source.kind === 'tmpfs') {
    const options = readonly ? [...source.options, 'ro'] : source.options;
    return { op: 'mount', fstype: 'tmpfs', source: 'tmpfs', target, ...tmpfsOptions(options), create: 0o755 };
  }
  const isReadonly = readonly || source.readonly;
  const place = subpath === '' ? {} : { beneath: subpath };
  return { op: 'bind', source: source.path, ...place, target, recursive: source.recursive, readonly: isReadonly && 'all', propagation: MS.PRIVATE | MS.REC };
}
