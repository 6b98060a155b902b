import { rfc3339Nano, ZERO_TIME } from '../../base/timestamps.ts';
import type { Container, StatsSample } from '../../container/container-service.ts';

const NO_CPU = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

function cpuJson(sample: StatsSample): object {
  const { cpu } = sample;
  return {
    cpu_usage: { total_usage: Number(cpu.totalNs), usage_in_kernelmode: Number(cpu.systemNs), usage_in_usermode: Number(cpu.userNs) },
    system_cpu_usage: Number(sample.hostCpuNs),
    online_cpus: sample.onlineCpus,
    throttling_data: { periods: cpu.periods, throttled_periods: cpu.throttledPeriods, throttled_time: Number(cpu.throttledNs) },
  };
}

/** Clients subtract the inactive page cache by the name of the cgroup version they believe to see. */
function memoryJson({ memory }: StatsSample): object {
  const { stats } = memory;
  const named = 'inactive_file' in stats || 'total_inactive_file' in stats ? stats : { ...stats, inactive_file: memory.inactiveFile };
  return { usage: memory.usage, ...(memory.maxUsage > 0 ? { max_usage: memory.maxUsage } : {}), stats: named, limit: memory.limit };
}

function blockIoJson({ blockIo }: StatsSample): object {
  return {
    io_service_bytes_recursive: blockIo.length === 0 ? null : blockIo.map((row) => ({ major: row.major, minor: row.minor, op: row.op, value: row.bytes })),
    io_serviced_recursive: null,
    io_queue_recursive: null,
    io_service_time_recursive: null,
    io_wait_time_recursive: null,
    io_merged_recursive: null,
    io_time_recursive: null,
    sectors_recursive: null,
  };
}

function networksJson({ networks }: StatsSample): object {
  return Object.fromEntries(
    Object.entries(networks).map(([name, one]) => [
      name,
      {
        rx_bytes: one.rxBytes,
        rx_packets: one.rxPackets,
        rx_errors: one.rxErrors,
        rx_dropped: one.rxDropped,
        tx_bytes: one.txBytes,
        tx_packets: one.txPackets,
        tx_errors: one.txErrors,
        tx_dropped: one.txDropped,
      },
    ]),
  );
}

/** Docker's stats object; `sample` null for a container that does not run, `before` null for the first reading. */
export function statsJson(container: Container, sample: StatsSample | null, before: StatsSample | null): object {
  return {
    read: sample ? rfc3339Nano(sample.timeNano) : ZERO_TIME,
    preread: before ? rfc3339Nano(before.timeNano) : ZERO_TIME,
    pids_stats: sample ? { current: sample.pids.current, ...(sample.pids.limit > 0 ? { limit: sample.pids.limit } : {}) } : {},
    blkio_stats: sample ? blockIoJson(sample) : {},
    num_procs: 0,
    storage_stats: {},
    cpu_stats: sample ? cpuJson(sample) : NO_CPU,
    precpu_stats: before ? cpuJson(before) : NO_CPU,
    memory_stats: sample ? memoryJson(sample) : {},
    name: `/${container.name}`,
    id: container.id,
    ...(sample && Object.keys(sample.networks).length > 0 ? { networks: networksJson(sample) } : {}),
  };
}
