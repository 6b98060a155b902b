import { describe, expect, it } from 'vitest';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import { newest, statsCsv, within, zoomed } from './stats-span.ts';

const point = (time: number): MetricPoint => ({
  time,
  cpuPercent: 1 / 3,
  memory: 2 ** 20,
  memoryLimit: 0,
  networkRx: 10,
  networkTx: 20,
  blockRead: 30,
  blockWrite: 40,
  pids: 7,
});
const points = [0, 1, 2, 3, 4, 5].map((index) => point(index * 100_000));

describe('newest', () => {
  it('reaches back as far as asked', () => expect(newest(points, 300_000)).toEqual({ from: 200_000, to: 500_000 }));
  it('begins where the history does', () => expect(newest(points, 3_600_000)).toEqual({ from: 0, to: 500_000 }));
  it('is a minute at least', () => expect(newest([point(90_000), point(100_000)], 300_000)).toEqual({ from: 40_000, to: 100_000 }));
});

describe('zoomed', () => {
  const shown = { from: 0, to: 100_000 };
  it('is what was dragged over, in either direction', () => {
    expect(zoomed(shown, 20_000, 40_000)).toEqual({ from: 20_000, to: 40_000 });
    expect(zoomed(shown, 40_000, 20_000)).toEqual({ from: 20_000, to: 40_000 });
  });
  it('stays inside of what is shown', () => expect(zoomed(shown, -5000, 200_000)).toEqual(shown));
  it('is never too short to be seen', () => expect(zoomed(shown, 50_000, 50_100)).toEqual({ from: 47_550, to: 52_550 }));
  it('is nothing outside', () => expect(zoomed(shown, 150_000, 160_000)).toBeNull());
});

it('takes one point more on both sides', () => {
  expect(within(points, { from: 150_000, to: 250_000 }).map(({ time }) => time)).toEqual([100_000, 200_000, 300_000]);
  expect(within(points, { from: 0, to: 600_000 })).toHaveLength(6);
  expect(within(points, { from: 600_000, to: 700_000 })).toEqual([]);
});

it('writes what is shown as CSV', () => {
  expect(statsCsv(points, { from: 100_000, to: 100_000 })).toBe(
    'time,cpu_percent,memory_bytes,memory_limit_bytes,network_received_bytes_per_second,network_sent_bytes_per_second,disk_read_bytes_per_second,disk_written_bytes_per_second,processes\r\n' +
      '1970-01-01T00:01:40.000Z,0.333,1048576,0,10,20,30,40,7\r\n',
  );
});
