import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';
import type { ResourceLimits } from '../../sys/cgroups/resource-limits.ts';
import { checkBlkioWeight } from './block-io.ts';
import { checkCpuset } from './cpuset.ts';

/** What the machine has. */
export interface CpuFacts {
  readonly cpus: number;
  /** Those that are online, in list format; absent: unknown. */
  readonly online?: { readonly cpus: string; readonly memoryNodes: string };
}

const MINIMUM_MEMORY = 6 * 2 ** 20;
const PERIOD = 100_000;
/** The kernel's PID_MAX_LIMIT. */
const MOST_PIDS = 4_194_304;

/** Checks and normalises the limits; unset swap becomes twice the memory as in Docker. Throws InvalidArgument in Docker's words. */
export function limitsOf(host: HostConfig, facts: CpuFacts): ResourceLimits {
  if (host['IOMaximumBandwidth'] || host['IOMaximumIOps']) {
    throw invalid('Invalid QoS settings: linux does not support Maximum IO Bandwidth or Maximum IO IOps');
  }
  const pids = host.PidsLimit ?? 0;
  if (pids > MOST_PIDS) throw invalid(`PidsLimit: ${pids} is not in the range from -1 to ${MOST_PIDS}`);
  return {
    ...memoryOf(host),
    ...cpuOf(host, facts.cpus),
    ...(host.CpusetCpus ? { cpusetCpus: checkCpuset('cpuset cpus', host.CpusetCpus, facts.online?.cpus) } : {}),
    ...(host.CpusetMems ? { cpusetMems: checkCpuset('cpuset mems', host.CpusetMems, facts.online?.memoryNodes) } : {}),
    ...(pids > 0 ? { pids } : {}),
    ...(host.BlkioWeight ? { blkioWeight: checkBlkioWeight('BlkioWeight', host.BlkioWeight) } : {}),
  };
}

function memoryOf(host: HostConfig): ResourceLimits {
  const memory = host.Memory ?? 0;
  const swap = host.MemorySwap ?? 0;
  const reservation = host.MemoryReservation ?? 0;
  const swappiness = host.MemorySwappiness ?? -1;
  const tcp = host.KernelMemoryTCP ?? 0;
  if (memory !== 0 && memory < MINIMUM_MEMORY) throw invalid('Minimum memory limit allowed is 6MB');
  if (swap < -1) throw invalid(`MemorySwap: ${swap} is less than -1, which means unlimited swap`);
  if (swap > 0 && memory === 0) throw invalid('You should always set the Memory limit when using Memoryswap limit, see usage');
  if (swap > 0 && swap < memory) throw invalid('Minimum memoryswap limit should be larger than memory limit, see usage');
  if (reservation !== 0 && reservation < MINIMUM_MEMORY) throw invalid('Minimum memory reservation allowed is 6MB');
  if (reservation > 0 && memory > 0 && reservation > memory) throw invalid('Minimum memory limit can not be less than memory reservation limit, see usage');
  if (swappiness < -1 || swappiness > 100) throw invalid(`Invalid value: ${swappiness}, valid memory swappiness range is 0-100`);
  if (tcp < 0) throw invalid(`KernelMemoryTCP: ${tcp} is negative`);
  return {
    ...(memory > 0 ? { memory, memorySwap: swap === 0 ? memory * 2 : swap } : {}),
    ...(reservation > 0 ? { memoryReservation: reservation } : {}),
    ...(swappiness >= 0 ? { memorySwappiness: swappiness } : {}),
    ...(tcp > 0 ? { kernelMemoryTcp: tcp } : {}),
    ...(host.OomKillDisable ? { oomKillDisable: true } : {}),
  };
}

function cpuOf(host: HostConfig, cpus: number): ResourceLimits {
  const nano = host.NanoCpus ?? 0;
  const period = host.CpuPeriod ?? 0;
  const quota = host.CpuQuota ?? 0;
  const shares = host.CpuShares ?? 0;
  if (nano > 0 && period > 0) throw invalid('Conflicting options: Nano CPUs and CPU Period cannot both be set');
  if (nano > 0 && quota > 0) throw invalid('Conflicting options: Nano CPUs and CPU Quota cannot both be set');
  const nanoQuota = Math.round((nano * PERIOD) / 1e9);
  if (nano < 0 || nano > cpus * 1e9 || (nano > 0 && nanoQuota < 1000)) {
    throw invalid(`Range of CPUs is from 0.01 to ${cpus.toFixed(2)}, as there are only ${cpus} CPUs available`);
  }
  if (period !== 0 && (period < 1000 || period > 1_000_000)) {
    throw invalid('CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)');
  }
  if (quota < -1) throw invalid(`CpuQuota: ${quota} is less than -1, which means no limit`);
  if (quota > 0 && quota < 1000) throw invalid('CPU cfs quota can not be less than 1ms (i.e. 1000)');
  if (shares !== 0 && (shares < 2 || shares > 262_144)) throw invalid(`CpuShares: ${shares} is not in the range from 2 to 262144`);
  checkRealtime(host);
  return {
    ...(shares > 0 ? { cpuShares: shares } : {}),
    ...(nano > 0 ? { cpuQuota: nanoQuota, cpuPeriod: PERIOD } : {}),
    ...(period > 0 ? { cpuPeriod: period } : {}),
    ...(quota === 0 ? {} : { cpuQuota: quota }),
  };
}

/** Real-time bandwidth would have to be taken from every other group of the host first, so nobody gets any. */
function checkRealtime({ CpuRealtimePeriod: period, CpuRealtimeRuntime: runtime }: HostConfig): void {
  if (period && runtime && runtime > period) throw invalid('CpuRealtimeRuntime: cpu real-time runtime cannot be higher than cpu real-time period');
  if (period || runtime) throw invalid('CpuRealtimePeriod, CpuRealtimeRuntime: this engine does not support the CPU real-time scheduler for containers');
}

function invalid(text: string): EngineError {
  return new EngineError('InvalidArgument', text);
}
