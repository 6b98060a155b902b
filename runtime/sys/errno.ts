import { constants } from 'node:os';
import { getSystemErrorMessage } from 'node:util';
import { EngineError } from '../base/errors.ts';

/** errno(3) values that node:os does not name and the engine can meet. */
const MORE: Readonly<Record<string, number>> = { ENOTBLK: 15, ENOTUNIQ: 76, EBADFD: 77, EREMCHG: 78, EUSERS: 87, ENOKEY: 126, EKEYEXPIRED: 127 };

// Two names can share a number (EAGAIN and EWOULDBLOCK); the last entry wins, so the reversal keeps the first, as node:fs does.
const NAMES: ReadonlyMap<number, string> = new Map(
  [...Object.entries(constants.errno), ...Object.entries(MORE)].reverse().map(([name, number]) => [number, name]),
);

/** `ENOENT` for 2; `E<number>` for one without a name. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `E${errno}`;
}

/** The number of a name as `errnoName` gives it; 0 for one that it does not know. */
export function errnoNumber(name: string): number {
  return [...NAMES].find(([, one]) => one === name)?.[0] ?? 0;
}

/** strerror(3) in lower case, e.g. `no such file or directory`. */
export function errnoText(errno: number): string {
  return Object.values(MORE).includes(errno) || !NAMES.has(errno) ? errnoName(errno) : getSystemErrorMessage(-errno);
}

/** A system call that the kernel refused. `kind` is always Internal: only the caller knows what the refusal means for its client. */
export class SyscallError extends EngineError {
  /** e.g. `openat2`. */
  readonly call: string;
  /** Positive. */
  readonly errno: number;
  /** e.g. `ENOENT`, as node:fs spells it. */
  readonly code: string;
  /** What the call was about; empty when it names no file. */
  readonly path: string;

  constructor(call: string, errno: number, path = '') {
    const code = errnoName(errno);
    super('Internal', `${call}${path === '' ? '' : ` ${path}`}: ${errnoText(errno)}`, { details: { call, errno, code, path } });
    this.name = 'SyscallError';
    this.call = call;
    this.errno = errno;
    this.code = code;
    this.path = path;
  }
}

/** True for a SyscallError, or an error of node:fs, with one of `codes`. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
