import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';
import type { ResourceLimits } from '../../sys/cgroups/limits.ts';

const MINIMUM_MEMORY = 6 * 2 ** 20;
const PERIOD = 100_000;
const CPU_LIST = /^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$/;

/** Checks and normalises the limits; unset swap becomes twice the memory as in Docker. Throws InvalidArgument in Docker's words. */
export function limitsOf(host: HostConfig, cpus: number): ResourceLimits {
  return {
    ...memoryOf(host),
    ...cpuOf(host, cpus),
    ...(host.PidsLimit && host.PidsLimit > 0 ? { pids: host.PidsLimit } : {}),
    ...(host.BlkioWeight ? { blkioWeight: inRange('BlkioWeight', host.BlkioWeight, 10, 1000) } : {}),
  };
}

function memoryOf(host: HostConfig): ResourceLimits {
  const memory = host.Memory ?? 0;
  const swap = host.MemorySwap ?? 0;
  const reservation = host.MemoryReservation ?? 0;
  if (memory !== 0 && memory < MINIMUM_MEMORY) throw invalid('Minimum memory limit allowed is 6MB');
  if (swap > 0 && memory === 0) throw invalid('You should always set the Memory limit when using Memoryswap limit, see usage');
  if (swap > 0 && swap < memory) throw invalid('Minimum memoryswap limit should be larger than memory limit, see usage');
  if (reservation !== 0 && reservation < MINIMUM_MEMORY) throw invalid('Minimum memory reservation allowed is 6MB');
  if (reservation > 0 && memory > 0 && reservation > memory) throw invalid('Minimum memory limit can not be less than memory reservation limit, see usage');
  const swappiness = host.MemorySwappiness ?? -1;
  return {
    ...(memory > 0 ? { memory, memorySwap: swap === 0 ? memory * 2 : swap } : {}),
    ...(reservation > 0 ? { memoryReservation: reservation } : {}),
    ...(swappiness >= 0 ? { memorySwappiness: inRange('MemorySwappiness', swappiness, 0, 100) } : {}),
    ...(host.OomKillDisable ? { oomKillDisable: true } : {}),
  };
}

function cpuOf(host: HostConfig, cpus: number): ResourceLimits {
  const nano = host.NanoCpus ?? 0;
  const period = host.CpuPeriod ?? 0;
  const quota = host.CpuQuota ?? 0;
  if (nano > 0 && period > 0) throw invalid('Conflicting options: Nano CPUs and CPU Period cannot both be set.');
  if (nano > 0 && quota > 0) throw invalid('Conflicting options: Nano CPUs and CPU Quota cannot both be set.');
  if (nano < 0 || nano > cpus * 1e9) {
    throw invalid(`Range of CPUs is from 0.01 to ${cpus.toFixed(2)}, as there are only ${cpus} CPUs available`);
  }
  if (period !== 0) inRange('CpuPeriod', period, 1000, 1_000_000);
  if (quota > 0 && quota < 1000) throw invalid('CPU cfs quota can not be less than 1ms (i.e. 1000)');
  return {
    ...(host.CpuShares ? { cpuShares: inRange('CpuShares', host.CpuShares, 2, 262_144) } : {}),
    ...(nano > 0 ? { cpuQuota: Math.round((nano * PERIOD) / 1e9), cpuPeriod: PERIOD } : {}),
    ...(period > 0 ? { cpuPeriod: period } : {}),
    ...(quota > 0 ? { cpuQuota: quota } : {}),
    ...cpuset('cpusetCpus', 'cpuset cpus', host.CpusetCpus),
    ...cpuset('cpusetMems', 'cpuset mems', host.CpusetMems),
  };
}

function cpuset<K extends string>(key: K, what: string, value: string | null | undefined): Partial<Record<K, string>> {
  if (!value) return {};
  if (!CPU_LIST.test(value)) throw invalid(`Invalid value ${value} for ${what}`);
  return { [key]: value } as Partial<Record<K, string>>;
}

function inRange(field: string, value: number, low: number, high: number): number {
  if (value < low || value > high) throw invalid(`${field}: ${value} is not in the range from ${low} to ${high}`);
  return value;
}

function invalid(text: string): EngineError {
  return new EngineError('InvalidArgument', text);
}
