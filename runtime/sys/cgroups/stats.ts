import { closeSync, openSync, readSync } from 'node:fs';
import { totalmem } from 'node:os';
import { hasCode } from '../errno.ts';
import type { Controller } from './layout.ts';
import { type BlockIo, blockIoV1, blockIoV2, keyedNumbers } from './stats-format.ts';

/** One reading of a group. Counters are cumulative. */
export interface GroupStats {
  /** Nanoseconds since the epoch. */
  readonly timeNano: bigint;
  readonly cpu: {
    readonly totalNs: bigint;
    readonly userNs: bigint;
    readonly systemNs: bigint;
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledNs: bigint;
  };
  /** Nanoseconds all host cpus together have spent, busy or idle. */
  readonly hostCpuNs: bigint;
  readonly onlineCpus: number;
  readonly memory: {
    readonly usage: number;
    readonly maxUsage: number;
    /** The machine's memory when there is no lower limit. */
    readonly limit: number;
    readonly inactiveFile: number;
    readonly stats: Readonly<Record<string, number>>;
  };
  /** `limit` 0: none. */
  readonly pids: { readonly current: number; readonly limit: number };
  readonly blockIo: readonly BlockIo[];
}

/** A container's directory in the hierarchy of a controller; undefined when the host has not got it. */
export type GroupDirectory = (controller: Controller) => { readonly version: 1 | 2; readonly directory: string } | undefined;

/** USER_HZ is 100 on every architecture the engine runs on; proc_stat(5). */
const NS_PER_TICK = 10_000_000n;

const buffer = Buffer.allocUnsafeSlow(65_536);

/** Keeps a group's accounting files open, so that a reading costs one system call a figure. */
export class StatsReader implements Disposable {
  readonly #where: GroupDirectory;
  readonly #host: HostCpu;
  /** -1: the file does not exist. */
  readonly #open = new Map<string, number>();

  constructor(where: GroupDirectory, host: HostCpu) {
    this.#where = where;
    this.#host = host;
  }

  read(): GroupStats {
    const host = this.#host.read();
    return {
      timeNano: BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * 1000n,
      cpu: this.#cpu(),
      hostCpuNs: host.totalNs,
      onlineCpus: host.cpus,
      memory: this.#memory(),
      pids: { current: number(this.#text('pids', 'pids.current')), limit: number(this.#text('pids', 'pids.max')) },
      blockIo: this.#blockIo(),
    };
  }

  #cpu(): GroupStats['cpu'] {
    const throttling = keyedNumbers(this.#text('cpu', 'cpu.stat'));
    const common = { periods: throttling.nr_periods ?? 0, throttledPeriods: throttling.nr_throttled ?? 0 };
    const throttledNs = throttling.throttled_time === undefined ? micros(throttling.throttled_usec) : BigInt(throttling.throttled_time);
    if (this.#where('cpuacct')?.version === 1) {
      const ticks = keyedNumbers(this.#text('cpuacct', 'cpuacct.stat'));
      return {
        totalNs: BigInt(this.#text('cpuacct', 'cpuacct.usage').trim() || 0),
        userNs: BigInt(ticks.user ?? 0) * NS_PER_TICK,
        systemNs: BigInt(ticks.system ?? 0) * NS_PER_TICK,
        ...common,
        throttledNs,
      };
    }
    const usage = keyedNumbers(this.#text('cpuacct', 'cpu.stat'));
    return { totalNs: micros(usage.usage_usec), userNs: micros(usage.user_usec), systemNs: micros(usage.system_usec), ...common, throttledNs };
  }

  #memory(): GroupStats['memory'] {
    const v1 = this.#where('memory')?.version === 1;
    const stats = keyedNumbers(this.#text('memory', 'memory.stat'));
    const limit = number(this.#text('memory', v1 ? 'memory.limit_in_bytes' : 'memory.max'));
    const total = totalmem();
    return {
      usage: number(this.#text('memory', v1 ? 'memory.usage_in_bytes' : 'memory.current')),
      maxUsage: number(this.#text('memory', v1 ? 'memory.max_usage_in_bytes' : 'memory.peak')),
      limit: limit === 0 || limit > total ? total : limit,
      inactiveFile: (v1 ? stats.total_inactive_file : stats.inactive_file) ?? 0,
      stats,
    };
  }

  #blockIo(): BlockIo[] {
    if (this.#where('io')?.version === 2) return blockIoV2(this.#text('io', 'io.stat'));
    return blockIoV1(this.#text('io', 'blkio.throttle.io_service_bytes_recursive') || this.#text('io', 'blkio.throttle.io_service_bytes'));
  }

  /** Empty when the host has no such file. */
  #text(controller: Controller, file: string): string {
    const place = this.#where(controller);
    if (place === undefined) return '';
    const path = `${place.directory}/${file}`;
    let fd = this.#open.get(path);
    if (fd === undefined) {
      fd = openIfPresent(path);
      this.#open.set(path, fd);
    }
    return fd === -1 ? '' : buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0));
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open.values()) if (fd !== -1) closeSync(fd);
    this.#open.clear();
  }
}

/** The machine's cpu time, read once for all groups of a round. */
export class HostCpu implements Disposable {
  readonly #fd = openSync('/proc/stat', 'r');
  #last = { at: -Infinity, totalNs: 0n, cpus: 1 };

  read(): { readonly totalNs: bigint; readonly cpus: number } {
    const now = performance.now();
    if (now - this.#last.at < 5) return this.#last;
    const text = buffer.toString('latin1', 0, readSync(this.#fd, buffer, 0, buffer.length, 0));
    const [total = '', ...rest] = text.split('\n');
    // user nice system idle iowait irq softirq, as Docker adds them up; steal and guest are not this machine's.
    const ticks = total.trim().split(/\s+/).slice(1, 8);
    const totalNs = ticks.reduce((sum, value) => sum + BigInt(value), 0n) * NS_PER_TICK;
    this.#last = { at: now, totalNs, cpus: rest.filter((line) => line.startsWith('cpu')).length };
    return this.#last;
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}

function openIfPresent(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return -1;
    throw error;
  }
}

/** 0 for `max` and for nothing. */
function number(text: string): number {
  const value = Number(text.trim());
  return Number.isFinite(value) ? value : 0;
}

function micros(value: number | undefined): bigint {
  return BigInt(value ?? 0) * 1000n;
}
