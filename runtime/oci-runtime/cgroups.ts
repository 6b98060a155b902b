import { posix } from 'node:path';
import { EngineError } from '../base/errors.ts';
import { CgroupManager } from '../sys/cgroups/cgroup-manager.ts';
import type { Syscalls } from '../sys/syscalls.ts';
import type { KeptState } from './state.ts';

const PARENT = '/slipway-runtime';
const NAME = /^[a-zA-Z0-9][\w.-]*$/;

/** Where a container's groups are: `linux.cgroupsPath`, or below `/slipway-runtime`. Throws for paths in the style of systemd. */
export function cgroupPlace(id: string, cgroupsPath: string | undefined): KeptState['cgroup'] {
  const path = posix.normalize(`/${cgroupsPath ?? `${PARENT}/${id}`}`);
  const name = posix.basename(path);
  if (path.includes(':')) throw new EngineError('Unsupported', 'linux.cgroupsPath: the form of systemd (slice:prefix:name) is not supported');
  if (!NAME.test(name)) throw new EngineError('InvalidArgument', `linux.cgroupsPath: ${path} does not end in a plain name`);
  return { parent: posix.dirname(path), name };
}

/** A parent that a configuration names may be anybody's: only the one of this runtime goes with its last container. */
export function openCgroups(syscalls: Syscalls, { parent }: KeptState['cgroup']): CgroupManager {
  return CgroupManager.open(syscalls, { parent, isShared: parent !== PARENT });
}
