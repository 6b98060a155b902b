import { posix } from 'node:path';
import { EngineError } from '../base/errors.ts';
import { type CgroupHierarchy, cgroupMounts } from '../container/launch/default-mounts.ts';
import type { RuntimeMount } from '../formats/oci/runtime-spec.ts';
import { MS } from '../sys/constants.ts';
import type { Op } from '../sys/launcher/ops.ts';
import { mountOptions } from './mount-options.ts';

export interface MountPlaces {
  /** Relative sources start here. */
  readonly bundle: string;
  readonly hierarchies: readonly CgroupHierarchy[];
  /** The groups themselves, for a container that has no cgroup namespace of its own; in the order of `hierarchies`. */
  readonly groups: readonly string[] | null;
}

const BOUND_FLAGS = MS.RDONLY | MS.REC;

/** Mounts in the order of the configuration. Throws InvalidArgument or Unsupported naming the destination. */
export function mountOps(mounts: readonly RuntimeMount[], places: MountPlaces): Op[] {
  return mounts.flatMap((mount) => opsOf(mount, places));
}

function opsOf(mount: RuntimeMount, places: MountPlaces): Op[] {
  const target = posix.normalize(mount.destination);
  const options = mountOptions(target, mount.options);
  const type = mount.type ?? '';
  if (options.bind !== false || type === 'bind') return [bindOp(mount, target, options, places.bundle)];
  checkProc(target, type);
  if (type === 'cgroup' || type === 'cgroup2') return cgroupOps(target, (options.flags & MS.RDONLY) !== 0, places);
  if (type === '') throw new EngineError('InvalidArgument', `mounts: ${target}: has neither a type nor bind among its options`);
  const real = type === 'proc' || type === 'sysfs';
  return [{ op: 'mount', fstype: type, source: mount.source ?? type, target, flags: options.flags, data: options.data, realDirectory: real, create: 0o755 }];
}

function bindOp(mount: RuntimeMount, target: string, options: ReturnType<typeof mountOptions>, bundle: string): Op {
  if (!mount.source) throw new EngineError('InvalidArgument', `mounts: ${target}: a bind mount needs a source`);
  const others = options.flags & ~BOUND_FLAGS & ~MS.RELATIME;
  // The source's own flags stay as they are; less protection than was asked for is no choice.
  if (others !== 0 || options.data !== '')
    throw new EngineError('Unsupported', `mounts: ${target}: of a bind mount's options ro and propagation are supported`);
  checkProc(target, 'bind');
  return {
    op: 'bind',
    source: posix.resolve(bundle, mount.source),
    target,
    recursive: options.bind === 'recursive',
    readonly: (options.flags & MS.RDONLY) !== 0 && 'top',
    propagation: options.propagation === 0 ? MS.PRIVATE | MS.REC : options.propagation,
  };
}

/** Only procfs may stand at /proc and nothing below it, or masks and sysctls would reach another file (CVE-2019-16884). */
function checkProc(target: string, type: string): void {
  const isInside = target === '/proc' || target.startsWith('/proc/');
  if (isInside && !(target === '/proc' && type === 'proc'))
    throw new EngineError('InvalidArgument', `mounts: "${target}" cannot be mounted because it is inside /proc`);
}

function cgroupOps(target: string, readonly: boolean, { hierarchies, groups }: MountPlaces): Op[] {
  if (target !== '/sys/fs/cgroup') throw new EngineError('Unsupported', `mounts: ${target}: cgroups are mounted at /sys/fs/cgroup alone`);
  if (groups === null) return cgroupMounts(hierarchies, readonly);
  const bind = (source: string, at: string): Op => ({ op: 'bind', source, target: at, recursive: false, readonly: readonly && 'top', propagation: MS.PRIVATE });
  const [only] = hierarchies;
  if (only?.name === '') return [bind(groups[0] ?? '', target)];
  const flags = MS.NOSUID | MS.NODEV | MS.NOEXEC;
  return [
    { op: 'mount', fstype: 'tmpfs', source: 'tmpfs', target, flags, data: 'mode=755', create: 0o755 },
    ...hierarchies.map(({ name }, index) => bind(groups[index] ?? '', `${target}/${name}`)),
    ...(readonly ? [{ op: 'readonly-path', path: target } satisfies Op] : []),
  ];
}
