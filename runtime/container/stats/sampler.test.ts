import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MetricPoint, StatsSample } from '../container-service.ts';
import { MetricHistory } from './history.ts';
import { pointOf } from './points.ts';
import { Sampler } from './sampler.ts';

function sample(second: number, change: { cpuNs?: bigint; rx?: number; written?: number } = {}): StatsSample {
  return {
    timeNano: BigInt(second) * 1_000_000_000n,
    cpu: { totalNs: change.cpuNs ?? 0n, userNs: 0n, systemNs: 0n, periods: 0, throttledPeriods: 0, throttledNs: 0n },
    hostCpuNs: 0n,
    onlineCpus: 2,
    memory: { usage: 100, maxUsage: 0, limit: 1000, inactiveFile: 30, stats: {} },
    pids: { current: 2, limit: 0 },
    blockIo: [{ major: 8, minor: 0, op: 'write', bytes: change.written ?? 0 }],
    networks: { eth0: { rxBytes: change.rx ?? 0, rxPackets: 0, rxErrors: 0, rxDropped: 0, txBytes: 0, txPackets: 0, txErrors: 0, txDropped: 0 } },
  };
}

const point = (time: number, cpuPercent = 0): MetricPoint => ({ ...pointOf(sample(0), sample(1)), time, cpuPercent });

describe('pointOf', () => {
  it('turns counters into percent of a cpu and rates', () => {
    expect(pointOf(sample(10), sample(12, { cpuNs: 3_000_000_000n, rx: 500, written: 4096 }))).toEqual({
      time: 12_000,
      cpuPercent: 150,
      memory: 70,
      memoryLimit: 1000,
      networkRx: 250,
      networkTx: 0,
      blockRead: 0,
      blockWrite: 2048,
      pids: 2,
    });
  });

  it('has no rates over a time that went back', () => {
    const now = pointOf(sample(12), sample(10, { cpuNs: 3_000_000_000n, rx: 500, written: 4096 }));
    expect(now).toMatchObject({ time: 10_000, cpuPercent: 0, networkRx: 0, blockWrite: 0, memory: 70 });
  });

  it('is never negative, even when counters went back', () => {
    const now = pointOf(sample(1, { cpuNs: 5n, rx: 9 }), sample(2));
    expect([now.cpuPercent, now.networkRx]).toEqual([0, 0]);
  });
});

describe('MetricHistory', () => {
  it('keeps five minutes finely and an hour coarsely', () => {
    const history = new MetricHistory();
    for (let second = 1; second <= 5000; second++) history.push(point(second * 1000, second % 10));
    const points = history.points(0);
    expect(points.filter(({ time }) => time > 4700 * 1000)).toHaveLength(300);
    expect(points[0]).toMatchObject({ time: 1410 * 1000, cpuPercent: 4.5 });
    expect(points).toHaveLength(300 + 330);
    expect(points.every(({ time }, index) => index === 0 || time > (points[index - 1]?.time ?? 0))).toBe(true);
    expect(history.points(4999 * 1000)).toHaveLength(1);
  });
});

describe('Sampler', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('samples while something runs and has no timer else', () => {
    let second = 0;
    const sampler = new Sampler(() => sample(++second));
    const seen: number[] = [];
    using _subscription = sampler.subscribe((latest) => seen.push(latest.size));
    expect(vi.getTimerCount()).toBe(0);
    sampler.started('a');
    vi.advanceTimersByTime(3000);
    expect(sampler.points('a', 0)).toHaveLength(2);
    expect(seen).toEqual([1, 1]);
    sampler.ended('a');
    expect(vi.getTimerCount()).toBe(0);
    expect(sampler.points('a', 0)).toHaveLength(2);
    sampler.removed('a');
    expect(sampler.points('a', 0)).toEqual([]);
  });

  it('goes on with the history after a restart and survives one that has just ended', () => {
    let second = 0;
    const sampler = new Sampler((id) => (id === 'gone' ? null : sample(++second)));
    sampler.started('a');
    sampler.started('gone');
    vi.advanceTimersByTime(2000);
    sampler.ended('a');
    sampler.started('a');
    vi.advanceTimersByTime(2000);
    expect(sampler.points('a', 0)).toHaveLength(2);
    sampler.stop();
  });
});
