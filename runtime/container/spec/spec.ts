import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { ContainerConfig, HostConfig } from '../../formats/docker/container-config.ts';
import type { DeviceRule } from '../../sys/cgroups/device-rules.ts';
import type { ResourceLimits } from '../../sys/cgroups/resource-limits.ts';
import { parseSignal } from '../signals.ts';
import { type BlockIo, blockIoOf } from './block-io.ts';
import { cgroupParentOf } from './cgroup-parent.ts';
import { type DeviceRequest, deviceCgroupRulesOf, devicesOf } from './devices.ts';
import { checkEnvironment, environmentOf } from './environment.ts';
import { type CpuFacts, limitsOf } from './limits.ts';
import { type LogSettings, logSettingsOf } from './log-config.ts';
import { commandOf } from './merge-config.ts';
import { userMountsOf } from './mounts.ts';
import { type Namespaces, namespacesOf } from './namespaces.ts';
import { type Rlimit, rlimitsOf } from './rlimits.ts';
import { type SecurityOptions, securityOptionsOf } from './security.ts';
import { type Sysctl, sysctlsOf } from './sysctls.ts';
import type { UserMount } from './user-mount.ts';

/** Everything decided about a container that needs neither the disk nor the kernel to know. */
export interface ContainerSpec {
  readonly id: string;
  readonly argv: readonly [string, ...string[]];
  /** Without HOME, which the user decides. */
  readonly env: readonly string[];
  readonly cwd: string;
  /** `user[:group]` as configured. */
  readonly user: string;
  readonly groupAdd: readonly string[];
  /** Never in a pid namespace of others, whose own init reaps: Docker's rule too. */
  readonly init: boolean;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly stdinOnce: boolean;
  readonly size?: { readonly rows: number; readonly columns: number };
  readonly hostname: string;
  readonly domainname: string;
  readonly privileged: boolean;
  readonly readonlyRoot: boolean;
  readonly namespaces: Namespaces;
  readonly mounts: readonly UserMount[];
  /** Bytes. */
  readonly shmSize: number;
  readonly capabilities: { readonly add: readonly string[]; readonly drop: readonly string[] };
  readonly security: SecurityOptions;
  readonly rlimits: readonly Rlimit[];
  readonly sysctls: readonly Sysctl[];
  readonly limits: ResourceLimits;
  readonly blockIo: BlockIo;
  /** Absolute, from the hierarchies' roots; absent: the engine's own. */
  readonly cgroupParent?: string;
  /** Null: the defaults. */
  readonly maskedPaths: readonly string[] | null;
  readonly readonlyPaths: readonly string[] | null;
  readonly devices: readonly DeviceRequest[];
  /** What it may use of devices besides those it was given. */
  readonly deviceRules: readonly DeviceRule[];
  readonly oomScoreAdj?: number;
  readonly log: LogSettings | null;
  readonly stopSignal: number;
  /** Seconds. */
  readonly stopTimeout: number;
}

/** What the spec needs to know of the host. */
export interface HostFacts extends CpuFacts {
  readonly hostname: string;
}

const DEFAULT_SHM = 64 * 2 ** 20;
const DEFAULT_STOP_TIMEOUT = 10;
const HOSTNAME = /^[a-zA-Z0-9_]([a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9_])?$/;

/** Resolves a merged configuration. Pure; throws InvalidArgument naming the field at fault. */
export function specOf(id: string, config: ContainerConfig, host: HostConfig, facts: HostFacts): ContainerSpec {
  const namespaces = namespacesOf(host);
  const hostname = hostnameOf(id, config, namespaces, facts);
  const env = config.Env ?? [];
  checkEnvironment(env);
  const privileged = host.Privileged ?? false;
  const own = (source: { kind: string }): boolean => source.kind === 'own';
  return {
    id,
    argv: checkedCommand(config),
    env: environmentOf(env, { hostname, tty: config.Tty ?? false }),
    cwd: workingDirectory(config.WorkingDir || '/'),
    user: config.User ?? '',
    groupAdd: host.GroupAdd ?? [],
    init: (host.Init ?? false) && own(namespaces.pid),
    tty: config.Tty ?? false,
    openStdin: config.OpenStdin ?? false,
    stdinOnce: config.StdinOnce ?? false,
    ...sizeOf(host.ConsoleSize),
    hostname,
    domainname: config.Domainname ?? '',
    privileged,
    readonlyRoot: host.ReadonlyRootfs ?? false,
    namespaces,
    mounts: userMountsOf(host),
    shmSize: shmSizeOf(host.ShmSize),
    capabilities: { add: privileged ? ['ALL'] : (host.CapAdd ?? []), drop: privileged ? [] : (host.CapDrop ?? []) },
    security: securityOptionsOf(host),
    rlimits: rlimitsOf(host),
    sysctls: sysctlsOf(host.Sysctls ?? {}, { network: own(namespaces.network), ipc: own(namespaces.ipc), uts: own(namespaces.uts) }),
    limits: limitsOf(host, facts),
    blockIo: blockIoOf(host),
    ...cgroupParentOf(host.CgroupParent),
    maskedPaths: privileged ? [] : absolutePaths('MaskedPaths', host.MaskedPaths),
    readonlyPaths: privileged ? [] : absolutePaths('ReadonlyPaths', host.ReadonlyPaths),
    devices: devicesOf(host),
    deviceRules: deviceCgroupRulesOf(host),
    ...oomScoreOf(host.OomScoreAdj),
    log: logSettingsOf(host),
    stopSignal: parseSignal(config.StopSignal || 'SIGTERM'),
    stopTimeout: config.StopTimeout ?? DEFAULT_STOP_TIMEOUT,
  };
}

/** Throws InvalidArgument unless `path` is absolute. */
export function workingDirectory(path: string): string {
  if (!path.startsWith('/') || path.includes('\0')) {
    throw new EngineError('InvalidArgument', `the working directory '${path.slice(0, 256)}' is invalid, it needs to be an absolute path`);
  }
  return posix.normalize(path);
}

function checkedCommand(config: ContainerConfig): readonly [string, ...string[]] {
  const argv = commandOf(config);
  if (argv.some((argument) => argument.includes('\0'))) throw new EngineError('InvalidArgument', 'Cmd: an argument contains a NUL byte');
  return argv;
}

function hostnameOf(id: string, config: ContainerConfig, namespaces: Namespaces, facts: HostFacts): string {
  if (config.Hostname) {
    if (!HOSTNAME.test(config.Hostname)) throw new EngineError('InvalidArgument', `invalid hostname format: ${config.Hostname.slice(0, 100)}`);
    return config.Hostname;
  }
  return namespaces.network.kind === 'host' || namespaces.uts.kind === 'host' ? facts.hostname : id.slice(0, 12);
}

function absolutePaths(field: string, paths: readonly string[] | null | undefined): readonly string[] | null {
  for (const path of paths ?? []) {
    if (!path.startsWith('/')) throw new EngineError('InvalidArgument', `${field}: ${path.slice(0, 256)} is not an absolute path`);
  }
  return paths ?? null;
}

function oomScoreOf(value: number | null | undefined): { oomScoreAdj?: number } {
  if (!value) return {};
  if (value < -1000 || value > 1000) throw new EngineError('InvalidArgument', `Invalid value ${value}, range for oom score adj is [-1000, 1000]`);
  return { oomScoreAdj: value };
}

function sizeOf(size: readonly number[] | null | undefined): { size?: { rows: number; columns: number } } {
  const [rows, columns] = size ?? [];
  return rows && columns ? { size: { rows, columns } } : {};
}

function shmSizeOf(bytes: number | null | undefined): number {
  if (bytes && bytes < 0) throw new EngineError('InvalidArgument', 'ShmSize: SHM size can not be less than 0');
  return bytes || DEFAULT_SHM;
}
