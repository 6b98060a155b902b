import type { ResourceLimits } from './resource-limits.ts';

/** Which limits a host can enforce. */
export interface LimitSupport {
  readonly memory: boolean;
  readonly swap: boolean;
  readonly kernelMemoryTcp: boolean;
  readonly oomKillDisable: boolean;
  readonly cpuShares: boolean;
  readonly cpuBandwidth: boolean;
  readonly cpuset: boolean;
  readonly pids: boolean;
}

/** Asks for each limit what it would be warned of; `warnings` is the manager's. */
export function limitSupport(warnings: (limits: ResourceLimits) => readonly string[]): LimitSupport {
  const holds = (limits: ResourceLimits): boolean => warnings(limits).length === 0;
  const memory = 2 ** 30;
  return {
    memory: holds({ memory }),
    swap: holds({ memory, memorySwap: memory }),
    kernelMemoryTcp: holds({ kernelMemoryTcp: memory }),
    oomKillDisable: holds({ memory, oomKillDisable: true }),
    cpuShares: holds({ cpuShares: 1024 }),
    cpuBandwidth: holds({ cpuQuota: 100_000, cpuPeriod: 100_000 }),
    cpuset: holds({ cpusetCpus: '0', cpusetMems: '0' }),
    pids: holds({ pids: 1 }),
  };
}
