import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { O } from '../constants.ts';
import { hasCode } from '../errno.ts';
import type { FreezableGroup } from './freeze.ts';

/** The group's directories, deepest first, `directory` last. A group that is gone gives none. */
export function groupsBelow(directory: string): string[] {
  const stat = statSync(directory, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  // The kernel counts subdirectories as links; without any, the listing of some sixty files is saved.
  if (stat.nlink <= 2) return [directory];
  const children = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...children.flatMap((entry) => groupsBelow(`${directory}/${entry.name}`)), directory];
}

/** Processes in the group and below. */
export function processesIn(directory: string): number[] {
  return groupsBelow(directory).flatMap((group) => {
    try {
      return readFileSync(`${group}/cgroup.procs`, 'latin1').split('\n').filter(Boolean).map(Number);
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENODEV')) return [];
      throw error;
    }
  });
}

const PATIENCE_MS = 5_000;

/** Ends everything in the group and below; resolves when it is empty, or after 5 s with tasks that the kernel holds. */
export async function killAll(directory: string, freezer: FreezableGroup | undefined): Promise<void> {
  const atOnce = trySet(`${directory}/cgroup.kill`, '1');
  const deadline = performance.now() + PATIENCE_MS;
  for (let wait = 1; performance.now() < deadline; wait = Math.min(wait * 2, 50)) {
    const pids = processesIn(directory);
    if (pids.length === 0) return;
    // Without cgroup.kill (v1, kernels before 5.14): again and again, since a process may fork before its signal arrives.
    if (!atOnce) for (const pid of pids) sendKill(pid);
    if (!atOnce && freezer?.version === 1) trySet(`${freezer.directory}/freezer.state`, 'THAWED');
    await sleep(wait);
  }
}

function sendKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}

/** False when there is no such file, or no longer. */
function trySet(file: string, value: string): boolean {
  try {
    // cgroup.kill can be written and not read.
    const fd = openSync(file, O.WRONLY);
    try {
      writeSync(fd, value);
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENODEV')) return false;
    throw error;
  }
}
