const HEAD_TEXT = '{"log":"';
const HEAD = Buffer.from(HEAD_TEXT);
const STREAM_TEXT = '","stream":"std';
const STREAM = Buffer.from(STREAM_TEXT);
/** From the end of the text to the time's first digit, where nothing else is between. */
const MIDDLE = '","stream":"stdout","time":"'.length;
/** Lengths of `2026-11-21T04:22:44Z"}` and of the longest form. */
const SHORTEST_TIME = 22;
const LONGEST_TIME = 40;
const TIME = ',"time":"';
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_E = 0x65;
const LETTER_N = 0x6e;

/** Where the parts of a log line are; `textEnd` is before its newline if it has one. */
export interface RecordPlaces {
  readonly textStart: number;
  readonly textEnd: number;
  readonly stream: 1 | 2;
}

/** Null for a line that is not of the form and order which the monitor writes. `end` is its newline's place. */
export function placesOf(bytes: Buffer, start: number, end: number): RecordPlaces | null {
  if (!matches(bytes, start, HEAD)) return null;
  const textStart = start + HEAD.length;
  let time = end - SHORTEST_TIME;
  const limit = Math.max(textStart, end - LONGEST_TIME);
  while (time > limit && bytes[time - 1] !== QUOTE) time--;
  let at = time - MIDDLE;
  // With attributes the stream is further away, and one of them may have its name.
  if (at < textStart || !matches(bytes, at, STREAM)) at = endOfText(bytes, textStart, end);
  if (at < 0 || !matches(bytes, at, STREAM)) return null;
  const stream = bytes[at + STREAM.length] === LETTER_E ? 2 : 1;
  const isNewline = bytes[at - 1] === LETTER_N && bytes[at - 2] === BACKSLASH && !isEscaped(bytes, at - 2, textStart);
  return { textStart, textEnd: isNewline ? at - 2 : at, stream };
}

/**
 * Whether a line of that form has a text in which nothing is escaped: what stands there is the text. Writes into `places` where it is. Most
 * lines are such ones. Each byte is one character.
 */
export function plainPlaces(bytes: string, start: number, end: number, places: { -readonly [Key in keyof RecordPlaces]: RecordPlaces[Key] }): boolean {
  if (!bytes.startsWith(HEAD_TEXT, start)) return false;
  const textStart = start + HEAD_TEXT.length;
  const quote = bytes.indexOf('"', textStart);
  if (quote < 0 || quote >= end) return false;
  let textEnd = bytes.indexOf('\\', textStart);
  if (textEnd < 0 || textEnd > quote) textEnd = quote;
  else if (textEnd !== quote - 2 || bytes.charCodeAt(quote - 1) !== LETTER_N) return false;
  if (!bytes.startsWith(STREAM_TEXT, quote)) return false;
  places.textStart = textStart;
  places.textEnd = textEnd;
  places.stream = bytes.charCodeAt(quote + STREAM_TEXT.length) === LETTER_E ? 2 : 1;
  return true;
}

function matches(bytes: Buffer, at: number, expected: Buffer): boolean {
  for (let index = 0; index < expected.length; index++) if (bytes[at + index] !== expected[index]) return false;
  return true;
}

/** Where a JSON string ends that begins at a place; -1: nowhere before `end`. */
function endOfText(bytes: Buffer, from: number, end: number): number {
  let quote = bytes.indexOf(QUOTE, from);
  while (quote >= 0 && quote < end && isEscaped(bytes, quote, from)) quote = bytes.indexOf(QUOTE, quote + 1);
  return quote < end ? quote : -1;
}

/** Whether the character is itself escaped: an odd number of backslashes stands before it. */
function isEscaped(bytes: Buffer, at: number, from: number): boolean {
  let count = 0;
  while (at - 1 - count >= from && bytes[at - 1 - count] === BACKSLASH) count++;
  return count % 2 === 1;
}

/** The content of a JSON string, whose bytes are characters, decoded; as it stands there when it is malformed. */
export function decoded(raw: string, isAscii = false): string {
  const text = !isAscii && /[\x80-\xff]/.test(raw) ? Buffer.from(raw, 'latin1').toString('utf8') : raw;
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

/** Text and stream of a line of any other form: fields in another order, or no log line at all, which is shown as it is. */
export function foreign(bytes: string, start: number, end: number): { readonly text: string; readonly stream: 1 | 2 } {
  const line = Buffer.from(bytes.slice(start, end), 'latin1').toString('utf8');
  try {
    const { log, stream } = JSON.parse(line) as { log?: unknown; stream?: unknown };
    if (typeof log === 'string') return { text: log.endsWith('\n') ? log.slice(0, -1) : log, stream: stream === 'stderr' ? 2 : 1 };
  } catch {
    // Not JSON: what is there is what there is to see.
  }
  return { text: line, stream: 1 };
}

/** Reads the times at the ends of lines; keeps the last second, which most lines share with the one before. */
export class TimeReader {
  #secondText = '';
  #second = 0;

  /** Microseconds since the epoch of the line whose newline is at `end`; 0 when it tells none. */
  before(bytes: string, end: number): number {
    const quote = end - 2;
    if (bytes.charCodeAt(quote) !== QUOTE) return 0;
    const from = bytes.lastIndexOf('"', quote - 1) + 1;
    if (quote - from > 40 || !bytes.startsWith(TIME, from - TIME.length)) return 0;
    const secondText = bytes.slice(from, from + 19);
    if (secondText !== this.#secondText) {
      const second = Date.parse(`${secondText}Z`);
      if (Number.isNaN(second)) return 0;
      this.#secondText = secondText;
      this.#second = second * 1000;
    }
    let micros = 0;
    for (let digit = 0; digit < 6; digit++) {
      const code = bytes.charCodeAt(from + 20 + digit) - 0x30;
      micros = micros * 10 + (from + 20 + digit < quote && code >= 0 && code <= 9 ? code : 0);
    }
    return this.#second + micros;
  }
}
