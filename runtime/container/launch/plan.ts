import type { RunNetwork } from '../../network/network-service.ts';
import type { OverlayDirectories } from '../../store/snapshots/snapshotter.ts';
import { CLONE, MS } from '../../sys/constants.ts';
import type { CgroupJoin, ContainerPlan } from '../../sys/launcher/launcher.ts';
import type { Op } from '../../sys/launcher/ops.ts';
import { tmpfsOptions } from '../../sys/tmpfs-options.ts';
import type { ContainerSpec } from '../spec/spec.ts';
import type { BindMount, Propagation, TmpfsMount } from '../spec/user-mount.ts';
import { type CgroupHierarchy, type DefaultMountOptions, defaultMounts } from './default-mounts.ts';
import { deviceOps, type HostDevice } from './devices.ts';
import { MASKED_PATHS, READONLY_PATHS } from './hidden-paths.ts';

/** What the engine has made ready for one start. All paths are the host's. */
export interface LaunchResources {
  readonly runDirectory: string;
  readonly overlay: OverlayDirectories;
  /** Skip every sync: for containers whose files nobody keeps. */
  readonly volatile: boolean;
  readonly cgroup: CgroupJoin;
  readonly hierarchies: readonly CgroupHierarchy[];
  /** Volumes, and what other containers pass on. */
  readonly storage: readonly { readonly target: string; readonly op: Op }[];
  /** Files bound over their namesakes in /etc. */
  readonly etcFiles: readonly { readonly source: string; readonly target: string }[];
  readonly logPath: string;
  /** A member of the JSON object of each line, `"attrs":{…}`; empty: none. */
  readonly logAttributes: string;
  readonly devices: readonly HostDevice[];
  /** More masks than the default ones, for this host. */
  readonly hostMasks: readonly string[];
  readonly network: Pick<RunNetwork, 'inside' | 'outside' | 'sysctls'>;
  /** `/proc/<pid>/ns/<name>` of containers whose namespaces are shared. */
  readonly joinNamespaces: readonly string[];
  /** `/proc/<pid>/ns/mnt` of the container whose IPC namespace is joined; its /dev/shm goes with it. */
  readonly sharedMemory: string | null;
  /** The engine itself is protected from the out-of-memory killer, which its children inherit. */
  readonly isOomProtected: boolean;
}

const PROPAGATION_FLAGS: Readonly<Record<Propagation, number>> = {
  private: MS.PRIVATE,
  rprivate: MS.PRIVATE | MS.REC,
  slave: MS.SLAVE,
  rslave: MS.SLAVE | MS.REC,
  shared: MS.SHARED,
  rshared: MS.SHARED | MS.REC,
};

/** Compiles a spec into what the launcher does up to the moment before the user's process. Pure. */
export function planOf(spec: ContainerSpec, made: LaunchResources): ContainerPlan {
  return {
    id: spec.id,
    runDirectory: made.runDirectory,
    ...(spec.log === null ? {} : { log: { path: made.logPath, maxSize: spec.log.maxSize, maxFiles: spec.log.maxFiles, attributes: made.logAttributes } }),
    tty: spec.tty,
    openStdin: spec.openStdin,
    stdinOnce: spec.stdinOnce,
    ...(spec.size === undefined ? {} : { size: spec.size }),
    cloneFlags: cloneFlagsOf(spec),
    newCgroupNamespace: spec.namespaces.cgroup.kind === 'own',
    cgroup: made.cgroup,
    joinNamespaces: made.joinNamespaces,
    hostNetlink: made.network.outside,
    setup: setupOps(spec, made),
  };
}

function cloneFlagsOf({ namespaces }: ContainerSpec): number {
  return (
    CLONE.NEWNS |
    (namespaces.uts.kind === 'own' ? CLONE.NEWUTS : 0) |
    (namespaces.ipc.kind === 'own' ? CLONE.NEWIPC : 0) |
    (namespaces.pid.kind === 'own' ? CLONE.NEWPID : 0) |
    (namespaces.network.kind === 'own' ? CLONE.NEWNET : 0)
  );
}

function setupOps(spec: ContainerSpec, made: LaunchResources): Op[] {
  const covered = coveredBy(spec, made);
  const { lower, upper, work } = made.overlay;
  const masked = spec.maskedPaths ?? [...MASKED_PATHS, ...made.hostMasks];
  const mounts = ownMounts(spec, made);
  const shared = mounts.filter(isShared);
  const readonlyPaths = spec.readonlyPaths ?? READONLY_PATHS;
  return [
    ...oomOps(spec, made),
    ...(made.network.inside.length > 0 ? [{ op: 'netlink', messages: made.network.inside } satisfies Op] : []),
    { op: 'slave-root', ...(shared.length > 0 ? { shared: shared.map(({ source, recursive }) => ({ source, recursive })) } : {}) },
    { op: 'overlay', lower, upper, work, ...(made.volatile ? { volatile: true } : {}) },
    ...defaultMounts({
      privileged: spec.privileged,
      shmSize: spec.shmSize,
      sharedMemory: sharedMemoryOf(spec, made),
      cgroups: spec.namespaces.cgroup.kind === 'own' ? made.hierarchies : null,
      covered: (target) => covered.has(target),
    }),
    ...mounts.filter((op) => !isShared(op)),
    ...(covered.has('/dev') ? [] : deviceOps(made.devices)),
    { op: 'pivot-root' },
    ...readonlyPaths.map((path): Op => ({ op: 'readonly-path', path })),
    ...masked.map((path): Op => ({ op: 'mask', path })),
    ...[...made.network.sysctls, ...spec.sysctls].map(({ key, value }): Op => ({ op: 'sysctl', key, value })),
    ...(spec.namespaces.uts.kind === 'own' ? nameOps(spec) : []),
    ...(spec.tty ? [{ op: 'console' } satisfies Op] : []),
    // After every other mount: what is mounted below them, by whatever links of the image, the host would see too.
    ...shared,
    ...(spec.readonlyRoot ? [{ op: 'readonly-root' } satisfies Op] : []),
  ];
}

function sharedMemoryOf({ namespaces }: ContainerSpec, made: LaunchResources): DefaultMountOptions['sharedMemory'] {
  if (namespaces.isWithoutSharedMemory) return 'none';
  if (made.sharedMemory !== null) return { namespace: made.sharedMemory };
  return namespaces.ipc.kind === 'host' ? 'host' : 'own';
}

/** Where the user mounts something. */
function coveredBy(spec: ContainerSpec, made: Pick<LaunchResources, 'storage'>): ReadonlySet<string> {
  return new Set([...spec.mounts, ...made.storage].map(({ target }) => target));
}

/** The user's mounts and the engine's files for /etc, parents before children; a user's mount of the same target wins. */
export function ownMounts(spec: ContainerSpec, made: Pick<LaunchResources, 'storage' | 'etcFiles'>): Op[] {
  const taken = coveredBy(spec, made);
  const rows = [
    ...spec.mounts.flatMap((mount) => (mount.type === 'volume' ? [] : [{ target: mount.target, op: mountOp(mount) }])),
    ...made.storage,
    ...made.etcFiles.filter(({ target }) => !taken.has(target)).map(({ source, target }) => ({ target, op: etcFileOp(source, target, spec.readonlyRoot) })),
  ];
  return rows.sort((left, right) => left.target.split('/').length - right.target.split('/').length).map(({ op }) => op);
}

/** Its source is taken before the namespace stops sending mounts to the host. */
function isShared(op: Op): op is Extract<Op, { op: 'bind' }> {
  return op.op === 'bind' && (op.propagation & MS.SHARED) !== 0;
}

function mountOp(mount: BindMount | TmpfsMount): Op {
  if (mount.type === 'tmpfs')
    return { op: 'mount', fstype: 'tmpfs', source: 'tmpfs', target: mount.target, ...tmpfsOptions(mount.options), inheritMode: true, create: 0o755 };
  return bindOp(mount);
}

export function bindOp({ source, target, recursive, readonly, propagation }: BindMount): Op {
  return { op: 'bind', source, target, recursive, readonly, propagation: PROPAGATION_FLAGS[propagation] };
}

function etcFileOp(source: string, target: string, readonly: boolean): Op {
  return { op: 'bind', source, target, recursive: false, readonly: readonly && 'all', propagation: MS.PRIVATE };
}

function oomOps(spec: ContainerSpec, made: LaunchResources): Op[] {
  const value = spec.oomScoreAdj ?? (made.isOomProtected ? 0 : undefined);
  return value === undefined ? [] : [{ op: 'oom-score-adj', value }];
}

function nameOps(spec: ContainerSpec): Op[] {
  return [{ op: 'hostname', name: spec.hostname }, ...(spec.domainname === '' ? [] : [{ op: 'domainname', name: spec.domainname } satisfies Op])];
}
