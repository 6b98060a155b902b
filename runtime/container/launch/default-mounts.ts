import { MS } from '../../sys/constants.ts';
import type { Op } from '../../sys/launcher/ops.ts';

type MountOp = Extract<Op, { op: 'mount' }>;

/** One cgroup hierarchy as a container sees it below /sys/fs/cgroup. */
export interface CgroupHierarchy {
  /** Directory name, e.g. `cpu,cpuacct`; empty: the v2 tree itself. */
  readonly name: string;
  readonly fstype: 'cgroup' | 'cgroup2';
  /** Mount data naming the controllers, e.g. `cpu,cpuacct` or `name=systemd`. */
  readonly data: string;
}

const HARDENED = MS.NOSUID | MS.NODEV | MS.NOEXEC;
const CGROUP = '/sys/fs/cgroup';

const PROC: MountOp = { op: 'mount', fstype: 'proc', source: 'proc', target: '/proc', flags: HARDENED, data: '', realDirectory: true, create: 0o555 };
const DEV: MountOp = {
  op: 'mount',
  fstype: 'tmpfs',
  source: 'tmpfs',
  target: '/dev',
  flags: MS.NOSUID | MS.STRICTATIME,
  data: 'mode=755,size=65536k',
  realDirectory: true,
  create: 0o755,
};
const DEVPTS: MountOp = {
  op: 'mount',
  fstype: 'devpts',
  source: 'devpts',
  target: '/dev/pts',
  flags: MS.NOSUID | MS.NOEXEC,
  data: 'newinstance,ptmxmode=0666,mode=0620,gid=5',
  create: 0o755,
};
const MQUEUE: MountOp = { op: 'mount', fstype: 'mqueue', source: 'mqueue', target: '/dev/mqueue', flags: HARDENED, data: '', create: 0o755 };

function sysfs(readonly: boolean): MountOp {
  const flags = HARDENED | (readonly ? MS.RDONLY : 0);
  return { op: 'mount', fstype: 'sysfs', source: 'sysfs', target: '/sys', flags, data: '', realDirectory: true, create: 0o555 };
}

function shm(bytes: number): MountOp {
  return { op: 'mount', fstype: 'tmpfs', source: 'shm', target: '/dev/shm', flags: HARDENED, data: `mode=1777,size=${bytes}`, create: 0o1777 };
}

/** v2: the container's own tree. v1: a tmpfs with one mount for each hierarchy, and links for the names within merged ones. */
export function cgroupMounts(hierarchies: readonly CgroupHierarchy[], readonly: boolean): Op[] {
  const flags = HARDENED | MS.RELATIME | (readonly ? MS.RDONLY : 0);
  const mount = ({ name, fstype, data }: CgroupHierarchy): MountOp => ({
    op: 'mount',
    fstype,
    source: 'cgroup',
    target: name === '' ? CGROUP : `${CGROUP}/${name}`,
    flags,
    data,
    create: 0o755,
  });
  if (hierarchies.some(({ name }) => name === '')) return hierarchies.filter(({ name }) => name === '').map(mount);
  if (hierarchies.length === 0) return [];
  const links = hierarchies.flatMap(({ name }) =>
    name.includes(',') ? name.split(',').map((part): Op => ({ op: 'symlink', target: name, path: `${CGROUP}/${part}` })) : [],
  );
  return [
    { op: 'mount', fstype: 'tmpfs', source: 'tmpfs', target: CGROUP, flags: HARDENED, data: 'mode=755', create: 0o755 },
    ...hierarchies.map(mount),
    ...links,
    ...(readonly ? [{ op: 'readonly-path', path: CGROUP } satisfies Op] : []),
  ];
}

/** Whose /dev/shm a container sees: its own, the host's, nobody's, or that of the container with a mount namespace. */
type SharedMemory = 'own' | 'host' | 'none' | { readonly namespace: string };

export interface DefaultMountOptions {
  readonly privileged: boolean;
  readonly shmSize: number;
  readonly sharedMemory: SharedMemory;
  /** Null: the host's view, bound as it is. */
  readonly cgroups: readonly CgroupHierarchy[] | null;
  /** Where the user mounts something else. */
  readonly covered: (target: string) => boolean;
}

/** What every container has mounted, Docker's defaults in Docker's order, less what the user covers. */
export function defaultMounts(options: DefaultMountOptions): Op[] {
  const cgroups: Op[] =
    options.cgroups === null
      ? [{ op: 'bind', source: CGROUP, target: CGROUP, recursive: true, readonly: !options.privileged && 'all', propagation: MS.REC | MS.SLAVE }]
      : cgroupMounts(options.cgroups, !options.privileged);
  const groups: readonly (readonly [string, readonly Op[]])[] = [
    ['/proc', [PROC]],
    ['/dev', [DEV]],
    ['/dev/pts', [DEVPTS]],
    ['/sys', [sysfs(!options.privileged)]],
    [CGROUP, cgroups],
    ['/dev/mqueue', [MQUEUE]],
    ['/dev/shm', sharedMemoryOps(options)],
  ];
  return groups.flatMap(([target, ops]) => (isCovered(target, options.covered) ? [] : ops));
}

function sharedMemoryOps({ sharedMemory, shmSize }: DefaultMountOptions): Op[] {
  switch (sharedMemory) {
    case 'none':
      return [];
    case 'own':
      return [shm(shmSize)];
    case 'host':
      return [{ op: 'bind', source: '/dev/shm', target: '/dev/shm', recursive: true, readonly: false, propagation: MS.REC | MS.PRIVATE }];
    default:
      return [{ op: 'share', namespace: sharedMemory.namespace, path: '/dev/shm' }];
  }
}

/** A default mount goes when its place, or a directory above it, is the user's. */
function isCovered(target: string, covered: (target: string) => boolean): boolean {
  for (let path = target; path !== ''; path = path.slice(0, path.lastIndexOf('/'))) if (covered(path)) return true;
  return false;
}
