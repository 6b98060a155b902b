import { readFileSync } from 'node:fs';

/** umask(2) can only be asked for by setting it, for all threads; proc(5) tells without. */
export function currentUmask(): number {
  const mask = /^Umask:\s*([0-7]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return mask === undefined ? 0o777 : Number.parseInt(mask, 8);
}
