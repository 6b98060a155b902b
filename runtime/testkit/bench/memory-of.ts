import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Proportional set size of a process in kB; 0 when it has ended. */
export function pssOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

export function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** `pid` and everything it has started and not lost to init. */
export function familyOf(pid: number): Set<number> {
  const parents = new Map(allPids().map((each) => [each, parentOf(each)]));
  const family = new Set([pid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [child, parent] of parents) {
      if (!family.has(child) && family.has(parent)) {
        family.add(child);
        grown = true;
      }
    }
  }
  return family;
}

/** The process that listens on a unix socket. Throws when there is none. */
export function ownerOf(socket: string): number {
  const line = readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .find((each) => each.endsWith(` ${socket}`));
  const inode = line?.trim().split(/\s+/)[6];
  for (const pid of allPids()) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) if (readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`) return pid;
    } catch {
      // Processes end while the table is read.
    }
  }
  throw new Error(`nobody listens on ${socket}`);
}
