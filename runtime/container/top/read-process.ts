import { readFileSync, statSync } from 'node:fs';
import type { ProcessFacts } from './ps-columns.ts';

/** sysconf(_SC_CLK_TCK) and the page size that every supported kernel reports to programs. */
const TICKS_PER_SECOND = 100;
const PAGE_KIB = 4;
/** st_rdev major of pseudo-terminals. */
const PTS_MAJORS = { from: 136, to: 143 };

/** Reads one process from the host's /proc; null when it has ended. Never enters the container. */
export function readProcess(pid: number, users: ReadonlyMap<number, string>, uptimeSeconds: number, now: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').slice(0, 4096);
    const { uid } = statSync(`/proc/${pid}`);
    return factsOf(stat, commandLine, { pid, uid, user: users.get(uid) ?? String(uid), uptimeSeconds, now });
  } catch {
    return null;
  }
}

/** Exported for its test. proc_pid_stat(5); the name stands in parentheses and may hold any character. */
export function factsOf(
  stat: string,
  commandLine: string,
  known: { readonly pid: number; readonly uid: number; readonly user: string; readonly uptimeSeconds: number; readonly now: number },
): ProcessFacts {
  const nameEnd = stat.lastIndexOf(')');
  const name = stat.slice(stat.indexOf('(') + 1, nameEnd);
  // The state is field 3.
  const fields = stat.slice(nameEnd + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const startSeconds = field(22) / TICKS_PER_SECOND;
  const ageSeconds = Math.max(0, known.uptimeSeconds - startSeconds);
  return {
    pid: known.pid,
    parent: field(4),
    group: field(5),
    session: field(6),
    foreground: field(8),
    user: known.user,
    uid: known.uid,
    state: fields[0] ?? '?',
    priority: field(18),
    nice: field(19),
    threads: field(20),
    processor: field(39),
    terminal: terminalOf(field(7)),
    cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND,
    ageSeconds,
    startedAt: known.now - ageSeconds * 1000,
    virtualKib: Math.floor(field(23) / 1024),
    residentKib: field(24) * PAGE_KIB,
    name,
    command: commandLine.replace(/\0+$/, '').replaceAll('\0', ' ') || `[${name}]`,
  };
}

function terminalOf(device: number): string {
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  return major >= PTS_MAJORS.from && major <= PTS_MAJORS.to ? `pts/${minor + (major - PTS_MAJORS.from) * 256}` : '?';
}

/** Names of the host's users by id. */
export function hostUsers(): Map<number, string> {
  const users = new Map<number, string>();
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid] = line.split(':');
    if (name !== undefined && uid !== undefined && !users.has(Number(uid))) users.set(Number(uid), name);
  }
  return users;
}
