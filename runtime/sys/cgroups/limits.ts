import { EngineError } from '../../base/errors.ts';
import { planBlockIo } from './block-io-limits.ts';
import type { Controller } from './layout.ts';
import type { ResourceLimits, SetLimit } from './resource-limits.ts';

/** Where a controller lives and which files its groups have; undefined when the host has not got it. */
export type ControllerFiles = (controller: Controller) => { readonly version: 1 | 2; readonly has: (file: string) => boolean } | undefined;

export interface LimitWrite {
  readonly controller: Controller;
  readonly file: string;
  readonly value: string;
}

const DEFAULT_PERIOD = 100_000;

/** What to write for `limits`, in order, and what this host cannot do, in Docker's words for the user. Pure. */
export function planLimits(limits: ResourceLimits, files: ControllerFiles): { readonly writes: LimitWrite[]; readonly warnings: string[] } {
  const writes: LimitWrite[] = [];
  const warnings: string[] = [];
  const set: SetLimit = (controller, discarded, ...candidates) => {
    const place = files(controller);
    const usable = candidates.find(([version, file]) => place?.version === version && place.has(file));
    if (usable === undefined) warnings.push(`Your kernel does not support ${discarded}`);
    else writes.push(...usable.slice(2).map((value) => ({ controller, file: usable[1], value: String(value) })));
    return usable !== undefined;
  };
  planMemory(limits, set);
  if (limits.oomKillDisable === true && limits.memory === undefined && files('memory')?.version === 1) {
    warnings.push('OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.');
  }
  planCpu(limits, set, files('cpu')?.version);
  const { pids } = limits;
  if (pids !== undefined) {
    set('pids', `PIDs limit ${MISSING} PIDs limit discarded.`, [1, 'pids.max', unlimited(pids)], [2, 'pids.max', unlimited(pids)]);
  }
  planBlockIo(limits, set);
  return { writes, warnings };
}

const MISSING = 'capabilities or the cgroup is not mounted.';

function planMemory({ memory, memorySwap, memoryReservation, memorySwappiness, kernelMemoryTcp, oomKillDisable }: ResourceLimits, set: SetLimit): void {
  const isLimited =
    memory !== undefined &&
    set('memory', `memory limit ${MISSING} Limitation discarded.`, [1, 'memory.limit_in_bytes', `${memory}`], [2, 'memory.max', unlimited(memory)]);
  // Swap without a limit of memory means nothing.
  if (memorySwap !== undefined && (memory === undefined || isLimited)) {
    const swapOnly = memorySwap === -1 ? -1 : memorySwap - (memory ?? 0);
    if (swapOnly < -1) throw new EngineError('InvalidArgument', 'memorySwap: memory and swap together cannot be less than the memory');
    set(
      'memory',
      `swap limit ${MISSING} Memory limited without swap.`,
      [1, 'memory.memsw.limit_in_bytes', `${memorySwap}`],
      [2, 'memory.swap.max', unlimited(swapOnly)],
    );
  }
  if (memoryReservation !== undefined) {
    const value = `${memoryReservation}`;
    set('memory', `memory soft limit ${MISSING} Limitation discarded.`, [1, 'memory.soft_limit_in_bytes', value], [2, 'memory.low', value]);
  }
  if (memorySwappiness !== undefined) {
    set('memory', `memory swappiness ${MISSING} Memory swappiness discarded.`, [1, 'memory.swappiness', `${memorySwappiness}`]);
  }
  if (kernelMemoryTcp !== undefined) {
    set('memory', `kernel memory TCP limit ${MISSING} Limitation discarded.`, [1, 'memory.kmem.tcp.limit_in_bytes', `${kernelMemoryTcp}`]);
  }
  if (oomKillDisable === true) set('memory', 'OomKillDisable. OomKillDisable discarded.', [1, 'memory.oom_control', '1']);
}

function planCpu({ cpuShares, cpuQuota, cpuPeriod, cpusetCpus, cpusetMems }: ResourceLimits, set: SetLimit, version: 1 | 2 | undefined): void {
  if (cpuShares !== undefined) {
    set(
      'cpu',
      'CPU shares or the cgroup is not mounted. Shares discarded.',
      [1, 'cpu.shares', `${cpuShares}`],
      [2, 'cpu.weight', `${weightOfShares(cpuShares)}`],
    );
  }
  const bandwidth = 'CPU CFS scheduler. CPU period/quota discarded.';
  if (version === 2 && (cpuQuota !== undefined || cpuPeriod !== undefined)) {
    set('cpu', bandwidth, [2, 'cpu.max', `${unlimited(cpuQuota ?? -1)} ${cpuPeriod ?? DEFAULT_PERIOD}`]);
  } else {
    const hasPeriod = cpuPeriod === undefined || set('cpu', bandwidth, [1, 'cpu.cfs_period_us', `${cpuPeriod}`]);
    if (cpuQuota !== undefined && hasPeriod) set('cpu', bandwidth, [1, 'cpu.cfs_quota_us', `${cpuQuota}`]);
  }
  const noCpuset = 'cpuset or the cgroup is not mounted. Cpuset discarded.';
  if (cpusetCpus !== undefined) set('cpuset', noCpuset, [1, 'cpuset.cpus', cpusetCpus], [2, 'cpuset.cpus', cpusetCpus]);
  if (cpusetMems !== undefined) set('cpuset', noCpuset, [1, 'cpuset.mems', cpusetMems], [2, 'cpuset.mems', cpusetMems]);
}

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
