import { EngineError } from '../../base/errors.ts';
import type { HostConfig, UpdateConfig } from '../../formats/docker/container-config.ts';

const CHANGEABLE = [
  'BlkioWeight',
  'CpuShares',
  'NanoCpus',
  'CpuPeriod',
  'CpuQuota',
  'CpusetCpus',
  'CpusetMems',
  'Memory',
  'MemorySwap',
  'MemoryReservation',
  'CpuRealtimePeriod',
  'CpuRealtimeRuntime',
] as const satisfies readonly (keyof UpdateConfig)[];

/** What an update takes by its schema and does not change: these are decided once, at creation. */
const FIXED = [
  'CgroupParent',
  'MemorySwappiness',
  'KernelMemoryTCP',
  'OomKillDisable',
  'BlkioWeightDevice',
  'BlkioDeviceReadBps',
  'BlkioDeviceWriteBps',
  'BlkioDeviceReadIOps',
  'BlkioDeviceWriteIOps',
  'Devices',
  'DeviceCgroupRules',
  'DeviceRequests',
  'Ulimits',
] as const satisfies readonly (keyof UpdateConfig)[];

/**
 * A configuration after an update: only given fields that are not zero or empty change. Throws Conflict in Docker's words where what
 * is asked contradicts what is set.
 */
export function mergeUpdate(current: HostConfig, update: UpdateConfig): HostConfig {
  if (isSet(update.NanoCpus) && isSet(current.CpuPeriod)) throw conflict('Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set');
  if (isSet(update.NanoCpus) && isSet(current.CpuQuota)) throw conflict('Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set');
  if (isSet(update.CpuPeriod) && isSet(current.NanoCpus)) throw conflict('Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set');
  if (isSet(update.CpuQuota) && isSet(current.NanoCpus)) throw conflict('Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set');
  // A container without a limit of swap gets one with its memory, as at creation.
  if (isSet(update.Memory) && isSet(current.MemorySwap) && !update.MemorySwap && (update.Memory ?? 0) > (current.MemorySwap ?? 0)) {
    throw conflict('Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time');
  }
  const merged: HostConfig = { ...current };
  for (const field of CHANGEABLE) if (update[field]) Object.assign(merged, { [field]: update[field] });
  if (update.PidsLimit !== null && update.PidsLimit !== undefined) merged.PidsLimit = update.PidsLimit;
  if (update.RestartPolicy?.Name) {
    if (current.AutoRemove && update.RestartPolicy.Name !== 'no') {
      throw conflict('Restart policy cannot be updated because AutoRemove is enabled for the container');
    }
    merged.RestartPolicy = update.RestartPolicy;
  }
  return merged;
}

/** A sentence for each field that was given and stays as it was. */
export function ignoredFields(update: UpdateConfig): string[] {
  return FIXED.filter((field) => {
    const value = update[field];
    return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== '' && value !== 0 && value !== false;
  }).map((field) => `${field} was ignored: it cannot be changed by an update.`);
}

function isSet(value: number | null | undefined): boolean {
  return (value ?? 0) > 0;
}

function conflict(text: string): EngineError {
  return new EngineError('Conflict', text);
}
