import { language } from './languages.ts';

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** A number apart from its unit, so that a list can dim the unit and align the digits. */
export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

function scale(bytes: number, base: number, units: readonly string[]): Quantity {
  let value = Math.max(0, bytes);
  let step = 0;
  while (Number(value.toFixed(value < 9.95 ? 1 : 0)) >= base && step < units.length - 1) {
    value /= base;
    step++;
  }
  const digits = step === 0 || value >= 9.95 ? 0 : 1;
  return { value: value.toFixed(digits), unit: units[step] ?? '' };
}

/** Disk: powers of 1000. */
export const diskSize = (bytes: number): Quantity => scale(bytes, 1000, DECIMAL);
/** Memory: powers of 1024. */
export const memorySize = (bytes: number): Quantity => scale(bytes, 1024, BINARY);
export const byteRate = (bytesPerSecond: number): Quantity => {
  const { value, unit } = scale(bytesPerSecond, 1000, DECIMAL);
  return { value, unit: `${unit}/s` };
};
/** Percent of one cpu; one digit below ten. */
export const percent = (value: number): Quantity => ({ value: value === 0 || value >= 9.95 ? value.toFixed(0) : value.toFixed(1), unit: '%' });

/** A quantity as one text, with a space that does not break. */
export const joined = ({ value, unit }: Quantity): string => `${value}\u00a0${unit}`;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long, in its largest unit: `12 s`, `4 min`, `3 h`, `2 d`, `5 mo`, `1 y`. */
export function duration(milliseconds: number): string {
  const span = Math.max(0, milliseconds);
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return `${Math.floor(span / MINUTE)} min`;
  if (span < 2 * DAY) return `${Math.floor(span / HOUR)} h`;
  if (span < 60 * DAY) return `${Math.floor(span / DAY)} d`;
  if (span < 730 * DAY) return `${Math.floor(span / (30.4 * DAY))} mo`;
  return `${Math.floor(span / (365 * DAY))} y`;
}

export const ago = (time: number, now: number): string => (now - time < 2 * SECOND ? 'just now' : `${duration(now - time)} ago`);

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** Local date and time to the second: `2026-11-21 04:22:44`. */
export function exactTime(time: number): string {
  const at = new Date(time);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${clockTime(time)}`;
}

export function clockTime(time: number): string {
  const at = new Date(time);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** The log gutter: `04:22:44.123`. */
export const logTime = (time: number): string => `${clockTime(time)}.${pad(new Date(time).getMilliseconds(), 3)}`;

/** Docker's short id: twelve digits without the algorithm. */
export const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12);

const NUMBERS = new Intl.NumberFormat(language);
const PLURALS = new Intl.PluralRules(language);

export const thousands = (value: number): string => NUMBERS.format(value);

/** `1 container`, `3 containers`, by the plural rules of the window's language. */
export const count = (value: number, one: string, many = `${one}s`): string => `${thousands(value)} ${PLURALS.select(value) === 'one' ? one : many}`;

const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Reads `512m`, `1.5 GiB`, `1gb` as Docker does (powers of 1024); null: not a size. */
export function parseMemory(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([bkmgt]?)i?b?\s*$/i.exec(text);
  if (!match) return null;
  const factor = UNIT_BYTES[(match[2] ?? '').toLowerCase()];
  return factor === undefined ? null : Math.round(Number(match[1]) * factor);
}
