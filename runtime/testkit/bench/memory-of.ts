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

/** The process that listens on a unix socket, in whichever network namespace. Throws when there is none. */
export function ownerOf(socket: string): number {
  const inodes = new Set<string>();
  const namespaces = new Set<string>();
  for (const pid of allPids()) {
    const namespace = ignoreEnded(() => readlinkSync(`/proc/${pid}/ns/net`)) ?? '';
    if (namespaces.has(namespace)) continue;
    namespaces.add(namespace);
    const table = ignoreEnded(() => readFileSync(`/proc/${pid}/net/unix`, 'utf8')) ?? '';
    for (const line of table.split('\n').filter((each) => each.endsWith(` ${socket}`))) inodes.add(`socket:[${line.trim().split(/\s+/)[6]}]`);
  }
  const holds = (pid: number): boolean =>
    readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(ignoreEnded(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? ''));
  const owner = allPids().find((pid) => ignoreEnded(() => holds(pid)));
  if (owner === undefined) throw new Error(`nobody listens on ${socket}`);
  return owner;
}

/** Processes end while /proc is read. */
function ignoreEnded<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
