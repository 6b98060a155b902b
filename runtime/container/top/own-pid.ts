import { readFileSync } from 'node:fs';

/** The pids of a process from the outermost PID namespace to its own (proc_pid_status(5), NSpid); null: it has ended. */
export function namespacePids(pid: number): readonly number[] | null {
  try {
    const line = /^NSpid:\s*(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return line === undefined ? [pid] : line.split(/\s+/).map(Number);
  } catch {
    return null;
  }
}

/**
 * What a container calls a process of its own. `init` are the pids of its first process: how many there are says how deep its namespace
 * lies, as processes inside may have made deeper ones.
 */
export const ownPid = (pids: readonly number[], init: readonly number[]): number => pids[init.length - 1] ?? pids.at(-1) ?? 0;
