import { rfc3339Nano } from '../../base/timestamps.ts';
import type { PathStat } from '../../store/trees/path-stat.ts';

/** Go's os.FileMode by the type bits of inode(7). */
const TYPES: Readonly<Record<number, number>> = {
  0o140000: 1 << 24,
  0o120000: 1 << 27,
  0o060000: 1 << 26,
  0o040000: 2 ** 31,
  0o020000: (1 << 26) | (1 << 21),
  0o010000: 1 << 25,
};

/** st_mode as clients written in Go read it. */
export function goFileMode(mode: number): number {
  const special = (mode & 0o4000 ? 1 << 23 : 0) | (mode & 0o2000 ? 1 << 22 : 0) | (mode & 0o1000 ? 1 << 20 : 0);
  return (TYPES[mode & 0o170000] ?? 0) + (special | (mode & 0o777));
}

/** Value of the header X-Docker-Container-Path-Stat. */
export function pathStatHeader({ name, size, mode, mtime, linkTarget }: PathStat): string {
  return Buffer.from(JSON.stringify({ name, size, mode: goFileMode(mode), mtime: timeText(mtime), linkTarget })).toString('base64');
}

/** Nanoseconds at which the year 10000 begins, which Go's times cannot be read in. */
const LATEST = 253_402_300_800_000_000_000n;

/** The epoch itself is a time here, and file systems hold earlier and later ones than clients can read. */
function timeText(mtime: bigint): string {
  return mtime <= 0n || mtime >= LATEST ? '1970-01-01T00:00:00Z' : rfc3339Nano(mtime);
}
