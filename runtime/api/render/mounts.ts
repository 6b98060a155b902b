import type { Container, MountPoint } from '../../container/container-service.ts';

/** Docker's label mode `z` stands at volumes that somebody named, whatever else was asked for. */
function modeOf({ volume, readonly }: MountPoint): string {
  if (volume !== undefined) return volume.isAnonymous ? '' : 'z';
  return readonly ? 'ro' : '';
}

/** Docker's `Mounts` of a container. */
export function mountsJson(container: Container): object[] {
  return container.mounts.map((mount) => ({
    Type: mount.type,
    ...(mount.volume === undefined ? {} : { Name: mount.volume.name }),
    Source: mount.source,
    Destination: mount.destination,
    ...(mount.volume === undefined ? {} : { Driver: 'local' }),
    Mode: modeOf(mount),
    RW: !mount.readonly,
    Propagation: mount.type === 'bind' ? mount.propagation : '',
  }));
}
