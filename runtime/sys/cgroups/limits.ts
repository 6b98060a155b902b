import { EngineError } from '../../base/errors.ts';
import type { Controller } from './layout.ts';

/** Resource limits in the units of the cgroup interface; absent: not limited. */
export interface ResourceLimits {
  /** Bytes. */
  readonly memory?: number;
  /** Memory and swap together; -1: unlimited swap. */
  readonly memorySwap?: number;
  readonly memoryReservation?: number;
  /** 0 to 100; v1 only. */
  readonly memorySwappiness?: number;
  /** v1 only. */
  readonly oomKillDisable?: boolean;
  /** 2 to 262144. */
  readonly cpuShares?: number;
  /** Microseconds in each period; -1: unlimited. */
  readonly cpuQuota?: number;
  /** Microseconds. */
  readonly cpuPeriod?: number;
  /** List format of cpuset(7), e.g. `0-2,7`. */
  readonly cpusetCpus?: string;
  readonly cpusetMems?: string;
  /** -1: unlimited. */
  readonly pids?: number;
  /** 10 to 1000. */
  readonly blkioWeight?: number;
}

/** Where a controller lives and which files its groups have; undefined when the host has not got it. */
export type ControllerFiles = (controller: Controller) => { readonly version: 1 | 2; readonly has: (file: string) => boolean } | undefined;

export interface LimitWrite {
  readonly controller: Controller;
  readonly file: string;
  readonly value: string;
}

/** What to write for `limits`, in order, and what this host cannot do, in words for the user. Pure. */
export function planLimits(limits: ResourceLimits, files: ControllerFiles): { readonly writes: LimitWrite[]; readonly warnings: string[] } {
  const writes: LimitWrite[] = [];
  const warnings: string[] = [];
  const lacks = (what: string): void => void warnings.push(`Your kernel or cgroup setup does not support ${what}. Limitation discarded.`);
  /** Takes the first of `candidates` the host has, each [version, file, value]. */
  const set = (controller: Controller, what: string, ...candidates: readonly (readonly [1 | 2, string, string])[]): void => {
    const place = files(controller);
    const usable = candidates.find(([version, file]) => place?.version === version && place.has(file));
    if (usable === undefined) lacks(what);
    else writes.push({ controller, file: usable[1], value: usable[2] });
  };

  const { memory, memorySwap, memoryReservation, memorySwappiness, cpuShares, cpuQuota, cpuPeriod, cpusetCpus, cpusetMems, pids, blkioWeight } = limits;
  if (memory !== undefined) set('memory', 'memory limits', [1, 'memory.limit_in_bytes', `${memory}`], [2, 'memory.max', unlimited(memory)]);
  if (memorySwap !== undefined) {
    const swapOnly = memorySwap === -1 ? -1 : memorySwap - (memory ?? 0);
    if (swapOnly < -1) throw new EngineError('InvalidArgument', 'memorySwap: memory and swap together cannot be less than the memory');
    set('memory', 'swap limits', [1, 'memory.memsw.limit_in_bytes', `${memorySwap}`], [2, 'memory.swap.max', unlimited(swapOnly)]);
  }
  if (memoryReservation !== undefined) {
    set('memory', 'memory reservations', [1, 'memory.soft_limit_in_bytes', `${memoryReservation}`], [2, 'memory.low', `${memoryReservation}`]);
  }
  if (memorySwappiness !== undefined) set('memory', 'memory swappiness', [1, 'memory.swappiness', `${memorySwappiness}`]);
  if (limits.oomKillDisable === true) set('memory', 'disabling the OOM killer', [1, 'memory.oom_control', '1']);
  if (cpuShares !== undefined) set('cpu', 'CPU shares', [1, 'cpu.shares', `${cpuShares}`], [2, 'cpu.weight', `${weightOfShares(cpuShares)}`]);
  const bandwidth = cpuQuota !== undefined || cpuPeriod !== undefined;
  if (bandwidth && files('cpu')?.version === 2) {
    set('cpu', 'CPU quotas', [2, 'cpu.max', `${unlimited(cpuQuota ?? -1)} ${cpuPeriod ?? DEFAULT_PERIOD}`]);
  } else if (bandwidth) {
    if (cpuPeriod !== undefined) set('cpu', 'CPU periods', [1, 'cpu.cfs_period_us', `${cpuPeriod}`]);
    if (cpuQuota !== undefined) set('cpu', 'CPU quotas', [1, 'cpu.cfs_quota_us', `${cpuQuota}`]);
  }
  if (cpusetCpus !== undefined) set('cpuset', 'CPU sets', [1, 'cpuset.cpus', cpusetCpus], [2, 'cpuset.cpus', cpusetCpus]);
  if (cpusetMems !== undefined) set('cpuset', 'memory node sets', [1, 'cpuset.mems', cpusetMems], [2, 'cpuset.mems', cpusetMems]);
  if (pids !== undefined) set('pids', 'PIDs limits', [1, 'pids.max', unlimited(pids)], [2, 'pids.max', unlimited(pids)]);
  if (blkioWeight !== undefined) {
    const linear = `${Math.floor(1 + ((blkioWeight - 10) * 9999) / 990)}`;
    set(
      'io',
      'block I/O weights',
      [1, 'blkio.bfq.weight', `${blkioWeight}`],
      [1, 'blkio.weight', `${blkioWeight}`],
      [2, 'io.bfq.weight', `${blkioWeight}`],
      [2, 'io.weight', linear],
    );
  }
  return { writes, warnings };
}

const DEFAULT_PERIOD = 100_000;

function unlimited(value: number): string {
  return value === -1 ? 'max' : `${value}`;
}

/** cpu.weight for v1's shares: a curve through (2, 1), (1024, 100) and (262144, 10000), so that the default stays the default. */
export function weightOfShares(shares: number): number {
  if (shares <= 2) return 1;
  if (shares >= 262_144) return 10_000;
  const log = Math.log2(shares);
  return Math.ceil(10 ** ((log * log + 125 * log) / 612 - 7 / 34));
}
