import type { LogEntry } from '../container-service.ts';
import { unescapeInPlace } from './unescape.ts';

/** A line of a json-file log. The bytes are a view of the block they were read into. */
export class ParsedEntry implements LogEntry {
  readonly stream: 1 | 2;
  readonly data: Uint8Array;
  /** Seconds since the epoch, and the rest in nanoseconds: a bigint a line would cost more than the parsing. */
  readonly seconds: number;
  readonly nanoseconds: number;

  constructor(stream: 1 | 2, data: Uint8Array, seconds: number, nanoseconds: number) {
    this.stream = stream;
    this.data = data;
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
  }

  get timeNano(): bigint {
    return BigInt(this.seconds) * 1_000_000_000n + BigInt(this.nanoseconds);
  }

  /** False for a piece of a line that was split. */
  get isComplete(): boolean {
    return this.data.length > 0 && this.data[this.data.length - 1] === NEWLINE;
  }
}

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEAD = Buffer.from('{"log":"');
const STREAM = Buffer.from('","stream":"std');
const LETTER_O = 0x6f;
const LETTER_E = 0x65;
const LONGEST_TIME = 40;
/** `2026-11-21T04:22:44` */
const SECOND_LENGTH = 19;

/** How the lines of one log look behind their text; `attributes` is the member that each of them has, or empty. */
export class LineForm {
  /** From the stream's name to the time's first digit. */
  readonly time: Buffer;
  /** Length of everything between the text's end and the time's first digit. */
  readonly middle: number;

  constructor(attributes: string) {
    this.time = Buffer.from(`"${attributes === '' ? '' : `,${attributes}`},"time":"`);
    this.middle = STREAM.length + 3 + this.time.length;
  }
}

/** Reads lines one after another; keeps the last second it has seen, because most lines share it with the one before. */
export class LineParser {
  readonly #secondText = Buffer.alloc(SECOND_LENGTH);
  #second = 0;
  readonly #form: LineForm;

  constructor(form: LineForm) {
    this.#form = form;
  }

  /**
   * The entry in `block` from `start` to `end` (without the newline), or null when that is no log line: a torn write
   * or foreign bytes. Decodes in place, so a line can be parsed once only.
   */
  parse(block: Buffer, start: number, end: number): ParsedEntry | null {
    const time = timeStart(this.#form, block, start, end);
    if (time < 0) return this.#parseAnyOrder(block, start, end);
    const textStart = start + HEAD.length;
    const textEnd = time - this.#form.middle;
    const letter = block[textEnd + STREAM.length];
    if (letter !== LETTER_O && letter !== LETTER_E) return null;
    const dataEnd = unescapeInPlace(block, textStart, textEnd);
    if (dataEnd < 0) return null;
    return this.#entry(letter === LETTER_O ? 1 : 2, block.subarray(textStart, dataEnd), block, time, end - 2);
  }

  /** Lines of other writers: any order of fields, more fields. */
  #parseAnyOrder(block: Buffer, start: number, end: number): ParsedEntry | null {
    const { log, stream, time } = fieldsOf(block, start, end);
    if (typeof log !== 'string' || typeof time !== 'string' || (stream !== 'stdout' && stream !== 'stderr')) return null;
    const text = Buffer.from(time);
    return this.#entry(stream === 'stdout' ? 1 : 2, Buffer.from(log), text, 0, text.length);
  }

  #entry(stream: 1 | 2, data: Uint8Array, block: Buffer, timeFrom: number, timeTo: number): ParsedEntry | null {
    const wholeTo = timeFrom + SECOND_LENGTH;
    if (wholeTo > timeTo) return null;
    if (!matches(block, timeFrom, this.#secondText)) {
      const second = Date.parse(`${block.toString('latin1', timeFrom, wholeTo)}Z`) / 1000;
      if (!Number.isInteger(second)) return null;
      block.copy(this.#secondText, 0, timeFrom, wholeTo);
      this.#second = second;
    }
    return new ParsedEntry(stream, data, this.#second, fraction(block, wholeTo, timeTo));
  }
}

/** True when the log line that ends at `end` (without its newline) holds the end of a line of output. */
export function endsLine(form: LineForm, block: Buffer, start: number, end: number): boolean {
  const time = timeStart(form, block, start, end);
  if (time < 0) {
    const { log } = fieldsOf(block, start, end);
    return typeof log !== 'string' || log.endsWith('\n');
  }
  const textEnd = time - form.middle;
  return block[textEnd - 1] === 0x6e && block[textEnd - 2] === BACKSLASH;
}

/** The members of a line's object; none when it is no object. */
function fieldsOf(block: Buffer, start: number, end: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(block.toString('utf8', start, end));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Where the digits of the time begin in a line of exactly the fields and order the monitor writes; -1 for another. */
function timeStart(form: LineForm, block: Buffer, start: number, end: number): number {
  if (block[end - 1] !== 0x7d || block[end - 2] !== QUOTE) return -1;
  const limit = Math.max(start, end - LONGEST_TIME);
  let at = end - 3;
  while (at > limit && block[at] !== QUOTE) at--;
  const time = at + 1;
  const textEnd = time - form.middle;
  if (textEnd < start + HEAD.length) return -1;
  const fits = matches(block, time - form.time.length, form.time) && matches(block, textEnd, STREAM) && matches(block, start, HEAD);
  return fits ? time : -1;
}

function matches(block: Buffer, at: number, expected: Buffer): boolean {
  for (let index = 0; index < expected.length; index++) if (block[at + index] !== expected[index]) return false;
  return true;
}

/** `.123` to nanoseconds; anything else counts as zero. */
function fraction(block: Buffer, from: number, to: number): number {
  if (block[from] !== 0x2e) return 0;
  let value = 0;
  let digits = 0;
  for (let at = from + 1; at < to && digits < 9; at++, digits++) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  for (; digits < 9; digits++) value *= 10;
  return value;
}
