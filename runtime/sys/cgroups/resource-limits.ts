import type { Controller } from './layout.ts';

export type ThrottleKind = 'readBps' | 'writeBps' | 'readIops' | 'writeIops';

/** Resource limits in the units of the cgroup interface; absent: not limited. */
export interface ResourceLimits {
  /** Bytes. */
  readonly memory?: number;
  /** Memory and swap together; -1: unlimited swap. */
  readonly memorySwap?: number;
  readonly memoryReservation?: number;
  /** 0 to 100; v1 only. */
  readonly memorySwappiness?: number;
  /** Bytes of TCP buffers; v1 only. */
  readonly kernelMemoryTcp?: number;
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
  readonly blkioDeviceWeights?: readonly { readonly major: number; readonly minor: number; readonly weight: number }[];
  /** Bytes or operations a second; 0: unlimited. Whole disks only, says the kernel. */
  readonly blkioThrottles?: readonly { readonly kind: ThrottleKind; readonly major: number; readonly minor: number; readonly rate: number }[];
}

/** One way to say a limit: the hierarchy's version, the file and what goes into it, one write a value. */
export type Candidate = readonly [version: 1 | 2, file: string, ...values: string[]];

/** Takes the first of `candidates` that the host has; `discarded` is what the user is told when there is none. */
export type SetLimit = (controller: Controller, discarded: string, ...candidates: readonly Candidate[]) => boolean;
