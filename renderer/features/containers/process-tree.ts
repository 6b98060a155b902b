import type { ContainerProcess, ContainerProcesses } from '../../../runtime/api/types/processes.ts';

export interface ProcessRow extends ContainerProcess {
  readonly depth: number;
  /** Percent of one cpu since the reading before; null: there was none. */
  readonly cpuPercent: number | null;
}

const NOTHING_BEFORE: ContainerProcesses = { time: 0, processes: [], truncated: false };

/** Parents before their children, each level by number. `before` is an earlier reading of the same container. */
export function processTree(now: ContainerProcesses, before: ContainerProcesses = NOTHING_BEFORE): readonly ProcessRow[] {
  const earlier = new Map(before.processes.map((one) => [one.pid, one]));
  const known = new Set(now.processes.map(({ pid }) => pid));
  const below = new Map<number, ContainerProcess[]>();
  for (const one of now.processes) {
    const parent = known.has(one.parent) && one.parent !== one.pid ? one.parent : 0;
    below.set(parent, [...(below.get(parent) ?? []), one]);
  }
  const rows: ProcessRow[] = [];
  const walk = (parent: number, depth: number): void => {
    for (const one of (below.get(parent) ?? []).toSorted((a, b) => a.pid - b.pid)) {
      const past = earlier.get(one.pid);
      const seconds = (now.time - before.time) / 1000;
      // A number that was given to another program meanwhile has no past.
      const same = past !== undefined && past.hostPid === one.hostPid && seconds > 0;
      rows.push({ ...one, depth, cpuPercent: same ? Math.max(0, ((one.cpuSeconds - past.cpuSeconds) / seconds) * 100) : null });
      walk(one.pid, depth + 1);
    }
  };
  walk(0, 0);
  return rows;
}
