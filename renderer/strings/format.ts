import { language } from './languages.ts';
import { TIME_UNITS } from './time-units.ts';

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

const digits = (number: number) =>
  new Intl.NumberFormat(language, { minimumFractionDigits: number, maximumFractionDigits: number, roundingMode: 'halfExpand', useGrouping: false });
const WHOLE = digits(0);
const ONE_DIGIT = digits(1);

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
  return { value: step === 0 || value >= 9.95 ? WHOLE.format(value) : ONE_DIGIT.format(value), unit: units[step] ?? '' };
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
export const percent = (value: number): Quantity => ({ value: value === 0 || value >= 9.95 ? WHOLE.format(value) : ONE_DIGIT.format(value), unit: '%' });

/** A quantity as one text, with a space that does not break. */
export const joined = ({ value, unit }: Quantity): string => `${value}\u00a0${unit}`;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Unit = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year';

/** Whole numbers of the largest unit; hours up to two days and days up to two months, as the next unit would say too little. */
function largest(milliseconds: number): readonly [number, Unit] {
  const span = Math.max(0, milliseconds);
  if (span < MINUTE) return [Math.floor(span / SECOND), 'second'];
  if (span < HOUR) return [Math.floor(span / MINUTE), 'minute'];
  if (span < 2 * DAY) return [Math.floor(span / HOUR), 'hour'];
  if (span < 60 * DAY) return [Math.floor(span / DAY), 'day'];
  if (span < 730 * DAY) return [Math.floor(span / (30.4 * DAY)), 'month'];
  return [Math.floor(span / (365 * DAY)), 'year'];
}

const UNITS = TIME_UNITS[language];
const SIGNS: Readonly<Record<Unit, string>> = { second: 's', minute: 'min', hour: 'h', day: UNITS.day, month: UNITS.month, year: UNITS.year };
const UP_TO_ONE_DIGIT = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const inSign = (value: number, unit: Unit): string => joined({ value: UP_TO_ONE_DIGIT.format(value), unit: SIGNS[unit] });
/** What a unit is divided into, where saying so is of use. */
const FINER: Readonly<Partial<Record<Unit, readonly [number, number, Unit]>>> = { minute: [MINUTE, SECOND, 'second'], hour: [HOUR, MINUTE, 'minute'] };

/*
 * There is one way to write a time. Short (`duration`, `span`, `ago`, `until`), with the signs of units, in columns and beside numbers and names;
 * long (`spanInWords`, `agoInWords`, `untilInWords`), with units as words, inside of sentences.
 */

/** Thousandths of a second, to a tenth below ten: `0.3 ms`, `120 ms`. */
export const milliseconds = (value: number): string =>
  joined({ value: value < 9.95 ? UP_TO_ONE_DIGIT.format(value) : thousands(Math.round(value)), unit: 'ms' });

/** How long something took, as exactly as is of use: `120 ms`, `4.2 s`, `42 s`, `4 min 12 s`, `3 h 5 min`, `3 d`. */
export function duration(time: number): string {
  if (time > 0 && time < SECOND - 0.5) return milliseconds(time);
  if (time < 9950) return inSign(Math.max(0, time) / SECOND, 'second');
  const [value, unit] = largest(Math.round(time / SECOND) * SECOND);
  const finer = FINER[unit];
  const rest = finer ? Math.floor((time - value * finer[0] + 0.5) / finer[1]) : 0;
  return finer && rest > 0 ? `${inSign(value, unit)} ${inSign(rest, finer[2])}` : inSign(value, unit);
}

/** About how long, in the largest unit: `12 s`, `4 min`. For what is guessed, and for what is round. */
export function span(time: number): string {
  return inSign(...largest(time));
}

/** `now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`; what lies in the future counts as now, as clocks differ. */
export const ago = (time: number, now: number): string => (now - time < 2 * SECOND ? JUST_NOW : UNITS.ago(span(now - time)));

/** `in 12 s`, `now`; what lies in the past counts as now. */
export const until = (time: number, now: number): string => (time - now < SECOND ? JUST_NOW : UNITS.until(span(time - now)));

const inWord = (unit: Unit) => new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
const WORDS: Readonly<Record<Unit, Intl.NumberFormat>> = {
  second: inWord('second'),
  minute: inWord('minute'),
  hour: inWord('hour'),
  day: inWord('day'),
  month: inWord('month'),
  year: inWord('year'),
};
const RELATIVE = new Intl.RelativeTimeFormat(language, { style: 'long', numeric: 'always' });
const JUST_NOW = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, 'second');

/** `span` inside of a sentence: `4 minutes`. */
export function spanInWords(time: number): string {
  const [value, unit] = largest(time);
  return WORDS[unit].format(value);
}

/** `ago` inside of a sentence: `4 minutes ago`. */
export function agoInWords(time: number, now: number): string {
  if (now - time < 2 * SECOND) return JUST_NOW;
  const [value, unit] = largest(now - time);
  return RELATIVE.format(-value, unit);
}

/** `until` inside of a sentence: `in 12 seconds`. */
export function untilInWords(time: number, now: number): string {
  if (time - now < SECOND) return JUST_NOW;
  const [value, unit] = largest(time - now);
  return RELATIVE.format(value, unit);
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

const EXACT = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

/** Local date and time to the second, as the language writes them: `Nov 21, 2026, 04:22:44`. */
export const exactTime = (time: number): string => EXACT.format(time);

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

const LIST = new Intl.ListFormat(language, { type: 'conjunction' });
/** `a, b and c` */
export const listed = (items: readonly string[]): string => LIST.format(items);

const COLLATOR = new Intl.Collator(language, { numeric: true });
/** Order of names as people of this language expect it; numbers in them count by value: `web-2` before `web-10`. */
export const byName = (a: string, b: string): number => COLLATOR.compare(a, b);

const COMMA = ONE_DIGIT.format(1.5).includes(',');
const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Reads `512m`, `1.5 GiB`, `1gb` as Docker does (powers of 1024), with a comma where the language has one; null: not a size. */
export function parseMemory(written: string): number | null {
  const text = COMMA ? written.replace(',', '.') : written;
  const match = /^\s*(\d+(?:\.\d+)?)\s*([bkmgt]?)i?b?\s*$/i.exec(text);
  if (!match) return null;
  const factor = UNIT_BYTES[(match[2] ?? '').toLowerCase()];
  return factor === undefined ? null : Math.round(Number(match[1]) * factor);
}
