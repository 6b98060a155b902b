import { EngineError } from '../base/errors.ts';

/** signal(7), x86 and arm numbers. */
const NUMBERS: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  IOT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  IO: 29,
  POLL: 29,
  PWR: 30,
  SYS: 31,
};
const RTMIN = 34;
const RTMAX = 64;
const REALTIME = /^RT(MIN|MAX)(?:([+-])([0-9]{1,2}))?$/;

export const SIGKILL = 9;
export const SIGTERM = 15;

/** A signal's number from its name (with or without SIG, any case) or number. Throws InvalidArgument `invalid signal: <text>`. */
export function parseSignal(text: string): number {
  const number = /^[0-9]{1,3}$/.test(text) ? Number(text) : byName(text.toUpperCase().replace(/^SIG/, ''));
  if (number === undefined || number < 1 || number > RTMAX) throw new EngineError('InvalidArgument', `invalid signal: ${text}`);
  return number;
}

function byName(name: string): number | undefined {
  const known = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  if (known !== undefined) return known;
  const match = REALTIME.exec(name);
  if (match === null) return undefined;
  const base = match[1] === 'MIN' ? RTMIN : RTMAX;
  const number = base + Number(match[3] ?? 0) * (match[2] === '-' ? -1 : 1);
  return number >= RTMIN && number <= RTMAX ? number : undefined;
}
