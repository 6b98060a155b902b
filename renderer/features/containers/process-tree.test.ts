import { describe, expect, it } from 'vitest';
import type { ContainerProcess } from '../../../runtime/api/types/processes.ts';
import { processTree } from './process-tree.ts';

const one = (pid: number, parent: number, cpuSeconds = 0, hostPid = pid + 1000): ContainerProcess => ({
  pid,
  hostPid,
  parent,
  user: 'root',
  uid: 0,
  state: 'S',
  threads: 1,
  cpuSeconds,
  startedAt: 0,
  memory: 0,
  name: 'x',
  command: 'x',
});
const reading = (time: number, ...processes: readonly ContainerProcess[]) => ({ time, processes, truncated: false });

describe('processTree', () => {
  it('puts children below their parents, and those of strangers at the margin', () => {
    const rows = processTree(reading(0, one(9, 1), one(1, 0), one(20, 9), one(3, 1), one(40, 99)));
    expect(rows.map(({ pid, depth }) => `${pid}@${depth}`).join(' ')).toBe('1@0 3@1 9@1 20@2 40@0');
  });
  it('measures between two readings', () => {
    const [first, second] = processTree(reading(2000, one(1, 0, 3), one(2, 1, 9, 5)), reading(0, one(1, 0, 2), one(2, 1, 1, 6)));
    expect([first?.cpuPercent, second?.cpuPercent]).toEqual([50, null]);
  });
  it('survives a process that says it is its own parent', () => expect(processTree(reading(0, one(5, 5))).map(({ pid }) => pid)).toEqual([5]));
});
