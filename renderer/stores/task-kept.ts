import type { TaskRow } from '../../electron/ipc/contract/tasks.ts';

/** As long as the engine keeps what a broken pull has received. */
const KEPT_MS = 72 * 3_600_000;

/** Bytes of a pull that did not end well, behind which another try goes on; 0: it begins anew. */
export function keptBytes({ kind, state, current, error, finishedAt }: TaskRow, now: number): number {
  if (kind !== 'image.pull' || (state !== 'failed' && state !== 'canceled')) return 0;
  // A full disk gets its room back; when an interrupted one ended nobody knows.
  if (/ENOSPC|no space left/i.test(error) || (finishedAt > 0 && now - finishedAt > KEPT_MS)) return 0;
  return current;
}
