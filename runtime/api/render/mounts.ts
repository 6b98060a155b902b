import type { Container } from '../../container/container-service.ts';

/** Docker's `Mounts` of a container. */
export function mountsJson(container: Container): object[] {
  return container.mounts.map((mount) => ({
    Type: mount.type,
    Source: mount.source,
    Destination: mount.destination,
    Mode: mount.readonly ? 'ro' : '',
    RW: !mount.readonly,
    Propagation: mount.type === 'bind' ? mount.propagation : '',
  }));
}
