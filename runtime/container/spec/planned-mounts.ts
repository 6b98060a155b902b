import { EngineError } from '../../base/errors.ts';
import type { ContainerConfig, HostConfig } from '../../formats/docker/container-config.ts';
import type { Container, MountPoint } from '../container-service.ts';
import { checkTarget } from './mount-path.ts';
import { userMountsOf } from './mounts.ts';
import type { BindMount, UserMount, VolumeMount } from './user-mount.ts';

/** What a container is going to have mounted: what it asks for itself, and what is another container's. */
export type PlannedMount = UserMount | { readonly type: 'inherited'; readonly target: string; readonly point: MountPoint };

/** Docker's default mode of what has a source. */
const MODES: ReadonlySet<string> = new Set(['', 'ro', 'rw', 'z', 'Z', 'nocopy']);

/**
 * The mounts of VolumesFrom, of the container's own options and of `Volumes`, each target once: own options go before what is
 * inherited, and a volume that image or client name by its target alone counts only where nothing else is. `find` throws NotFound.
 */
export function plannedMountsOf(own: readonly UserMount[], config: ContainerConfig, host: HostConfig, find: (ref: string) => Container): PlannedMount[] {
  const planned = new Map<string, PlannedMount>();
  for (const text of host.VolumesFrom ?? []) {
    const { ref, readonly } = parseVolumesFrom(text);
    for (const point of inheritedFrom(find(ref), readonly)) planned.set(point.destination, { type: 'inherited', target: point.destination, point });
  }
  for (const mount of own) planned.set(mount.target, mount);
  for (const path of Object.keys(config.Volumes ?? {})) {
    const target = checkTarget(path, 'Volumes: ');
    if (!planned.has(target)) planned.set(target, anonymousAt(target, host.VolumeDriver ?? ''));
  }
  return [...planned.values()];
}

function parseVolumesFrom(text: string): { readonly ref: string; readonly readonly: boolean } {
  const colon = text.indexOf(':');
  const ref = colon < 0 ? text : text.slice(0, colon);
  const mode = colon < 0 ? '' : text.slice(colon + 1);
  if (ref === '') throw new EngineError('InvalidArgument', `malformed volumes-from specification: ${JSON.stringify(text.slice(0, 256))}`);
  const words = mode.split(',');
  if (!words.every((word) => MODES.has(word))) throw new EngineError('InvalidArgument', `invalid mode: ${mode.slice(0, 256)}`);
  return { ref, readonly: words.includes('ro') };
}

function inheritedFrom(container: Container, readonly: boolean): MountPoint[] {
  const binds = new Map(
    userMountsOf(container.hostConfig)
      .filter((mount): mount is BindMount => mount.type === 'bind')
      .map((mount) => [mount.target, mount]),
  );
  return container.mounts.flatMap((point): MountPoint[] => {
    const shown = { ...point, readonly: point.readonly || readonly };
    if (point.type === 'volume') return [shown];
    const bind = point.inherited ?? binds.get(point.destination);
    return point.type === 'bind' && bind !== undefined ? [{ ...shown, inherited: readonly ? { ...bind, readonly: 'all' } : bind }] : [];
  });
}

function anonymousAt(target: string, driver: string): VolumeMount {
  return { type: 'volume', name: '', target, readonly: false, nocopy: false, subpath: '', driver, driverOptions: {}, labels: {} };
}
