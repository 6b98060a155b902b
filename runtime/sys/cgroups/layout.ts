import path from 'node:path';
import { parseMountinfo } from '../mountinfo.ts';

/** Controllers the engine sets or reads. `io` is v1's blkio. */
export type Controller = 'cpu' | 'cpuacct' | 'memory' | 'pids' | 'cpuset' | 'io' | 'freezer' | 'devices';

/** One mounted hierarchy. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly mountPoint: string;
  /** As the kernel spells them (v1 `blkio`); for v2 those available at the mount's root. */
  readonly controllers: readonly string[];
  /** Mount data that names a v1 hierarchy, e.g. `cpu,cpuacct` or `name=systemd`; empty for v2. */
  readonly data: string;
  /** This process's group in it, relative to the mount point and absolute in form; `/` is the mount point itself. */
  readonly ownPath: string;
}

export interface CgroupLayout {
  /** v1 hierarchies in mount order, then the v2 one. */
  readonly hierarchies: readonly Hierarchy[];
  /** Decided for each controller alone: on a hybrid host they live in different hierarchies. */
  readonly controllers: ReadonlyMap<Controller, Hierarchy>;
}

const KERNEL_NAMES: readonly (readonly [Controller, string])[] = [
  ['cpu', 'cpu'],
  ['cpuacct', 'cpuacct'],
  ['memory', 'memory'],
  ['pids', 'pids'],
  ['cpuset', 'cpuset'],
  ['io', 'io'],
  ['io', 'blkio'],
  ['freezer', 'freezer'],
  ['devices', 'devices'],
];

/**
 * Reads where each controller lives. `mountinfo` and `selfCgroup` are the texts of /proc/self/mountinfo and /proc/self/cgroup,
 * `availableControllers` the text of the v2 root's `cgroup.controllers`. cgroups(7).
 */
export function detectLayout(mountinfo: string, selfCgroup: string, availableControllers: (mountPoint: string) => string): CgroupLayout {
  const own = ownPaths(selfCgroup);
  const v1: Hierarchy[] = [];
  let v2: Hierarchy | undefined;
  for (const mount of parseMountinfo(mountinfo)) {
    if (mount.fstype === 'cgroup2' && v2 === undefined) {
      const controllers = availableControllers(mount.mountPoint).trim().split(/\s+/).filter(Boolean);
      v2 = { version: 2, mountPoint: mount.mountPoint, controllers, data: '', ownPath: beneath(own.get('') ?? '/', mount.root) };
    } else if (mount.fstype === 'cgroup') {
      // /proc/self/cgroup tells which of the mount's options are the hierarchy's name.
      const data = [...own.keys()].find((key) => key !== '' && key.split(',').every((part) => mount.superOptions.includes(part)));
      if (data === undefined || v1.some((known) => known.data === data)) continue;
      const controllers = data.startsWith('name=') ? [] : data.split(',');
      v1.push({ version: 1, mountPoint: mount.mountPoint, controllers, data, ownPath: beneath(own.get(data) ?? '/', mount.root) });
    }
  }
  const hierarchies = v2 === undefined ? v1 : [...v1, v2];
  return { hierarchies, controllers: placeControllers(v1, v2) };
}

function placeControllers(v1: readonly Hierarchy[], v2: Hierarchy | undefined): Map<Controller, Hierarchy> {
  const places = new Map<Controller, Hierarchy>();
  for (const [controller, name] of KERNEL_NAMES) {
    const place = [...v1, ...(v2 === undefined ? [] : [v2])].find((hierarchy) => hierarchy.controllers.includes(name));
    if (place !== undefined) places.set(controller, place);
  }
  if (v2 !== undefined) {
    // In v2 these are not controllers: accounting belongs to every group, devices to eBPF, and freezing is wanted there even on a hybrid host,
    // because a task frozen by it can still be killed.
    places.set('freezer', v2);
    if (!places.has('devices')) places.set('devices', v2);
    if (!places.has('cpuacct')) places.set('cpuacct', v2);
  }
  return places;
}

/** Hierarchy name (v2: empty) to own group. */
function ownPaths(selfCgroup: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of selfCgroup.split('\n')) {
    const match = /^\d+:([^:]*):(\/.*)$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) paths.set(match[1], match[2]);
  }
  return paths;
}

/** A group's path below what is mounted; groups outside of it (`/..`, another branch) count as its root. */
function beneath(group: string, mountRoot: string): string {
  const relative = path.posix.relative(mountRoot, group);
  return relative.startsWith('..') || path.posix.isAbsolute(relative) ? '/' : `/${relative}`;
}
