import { totalmem } from 'node:os';
import type { MetricPoint, StatsSample } from '../container-service.ts';

/** What two readings of the counters say of the time between them. */
export function pointOf(before: StatsSample, now: StatsSample): MetricPoint {
  const nanoseconds = Number(now.timeNano - before.timeNano);
  const perSecond = (newer: number, older: number): number => (nanoseconds > 0 ? Math.max(0, (newer - older) / (nanoseconds / 1e9)) : 0);
  const used = Number(now.cpu.totalNs - before.cpu.totalNs);
  const network = (sample: StatsSample, key: 'rxBytes' | 'txBytes'): number => Object.values(sample.networks).reduce((sum, counters) => sum + counters[key], 0);
  const block = (sample: StatsSample, op: 'read' | 'write'): number => sample.blockIo.reduce((sum, row) => sum + (row.op === op ? row.bytes : 0), 0);
  return {
    time: Number(now.timeNano / 1_000_000n),
    cpuPercent: nanoseconds > 0 ? Math.max(0, (used / nanoseconds) * 100) : 0,
    memory: Math.max(0, now.memory.usage - now.memory.inactiveFile),
    // The machine's own memory is no limit that a graph should show.
    memoryLimit: now.memory.limit < totalmem() ? now.memory.limit : 0,
    networkRx: perSecond(network(now, 'rxBytes'), network(before, 'rxBytes')),
    networkTx: perSecond(network(now, 'txBytes'), network(before, 'txBytes')),
    blockRead: perSecond(block(now, 'read'), block(before, 'read')),
    blockWrite: perSecond(block(now, 'write'), block(before, 'write')),
    pids: now.pids.current,
  };
}

/** The mean of some points, at the time of the last. */
export function meanPoint(points: readonly [MetricPoint, ...MetricPoint[]]): MetricPoint {
  const mean = (key: keyof MetricPoint): number => points.reduce((sum, point) => sum + point[key], 0) / points.length;
  const last = points[points.length - 1] as MetricPoint;
  return {
    time: last.time,
    cpuPercent: mean('cpuPercent'),
    memory: mean('memory'),
    memoryLimit: last.memoryLimit,
    networkRx: mean('networkRx'),
    networkTx: mean('networkTx'),
    blockRead: mean('blockRead'),
    blockWrite: mean('blockWrite'),
    pids: mean('pids'),
  };
}
