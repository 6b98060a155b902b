import { isAscii } from 'node:buffer';
import type { LogQuery } from './log-views.ts';
import type { Matcher } from './matcher.ts';
import { plainText } from './plain-text.ts';
import { decoded, foreign, placesOf, type RecordPlaces, TimeReader } from './record.ts';

const NEWLINE = 0x0a;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** Escapes that hide what a line shows: control characters but tab, newline and carriage return. */
const HIDING = '\\\\u00(?:0[0-8bcef]|1|7f)';
const COLOURS = /\\u001b\[[0-9;:]*m/g;
const LONGEST_ESCAPE = '\\u001b'.length;

/** Searches blocks of whole lines, one after another. Most of the time goes into what is done for each hit and each line: it stays with bytes. */
export class BlockSearch {
  readonly #matcher: Matcher;
  readonly #withHidden: RegExp | null;
  readonly #stream: 0 | 1 | 2;
  readonly #times: TimeReader | null;
  readonly #limit: number;
  #block: Buffer = Buffer.alloc(0);
  #length = 0;
  #bytes = '';
  #isAscii = false;
  /** Somewhere in the block is an escape of what is not shown, or a carriage return. */
  #isTricky = false;
  /** Where the line with the number `line` begins. */
  #counted = 0;
  /** Number of the line that the next block begins with. */
  line = 0;
  /** How many lines match. */
  count = 0;
  /** Numbers of the first ones of them, and their times in microseconds if they are wanted. */
  readonly found: number[] = [];
  readonly times: number[] = [];

  constructor(matcher: Matcher, query: LogQuery, options: { readonly wantsTimes: boolean; readonly limit: number }) {
    this.#matcher = matcher;
    this.#withHidden = matcher.rough === null ? null : new RegExp(`${matcher.rough.source}|${HIDING}`, 'g');
    this.#stream = query.stream === 'all' ? 0 : query.stream === 'stdout' ? 1 : 2;
    this.#times = options.wantsTimes ? new TimeReader() : null;
    this.#limit = options.limit;
  }

  /** Takes a block that ends with a newline. Unless it is the last one before `line` is set anew, its lines are counted. */
  take(block: Buffer, length: number, isLast: boolean): void {
    const bytes = block.toString('latin1', 0, length);
    const isHiding = bytes.includes('\\u00');
    // Colours in the middle of a word would hide it.
    this.#bytes = isHiding ? bytes.replace(COLOURS, '') : bytes;
    this.#block = this.#bytes.length === length ? block : Buffer.from(this.#bytes, 'latin1');
    this.#length = this.#bytes.length;
    this.#isTricky = isHiding || this.#bytes.includes('\\r');
    this.#isAscii = isAscii(this.#block.subarray(0, this.#length));
    this.#counted = 0;
    const { rough } = this.#matcher;
    if (rough === null) this.#each();
    else this.#hits(isHiding && this.#withHidden !== null ? this.#withHidden : rough);
    if (!isLast) this.#countTo(this.#length);
    this.#bytes = '';
  }

  /** A line that was looked at in another way; `text` as it is shown. */
  takeLine(line: number, stream: 1 | 2, text: string, time: number): void {
    const { test } = this.#matcher;
    if (!this.#wants(stream) || (test !== null && !test(plainText(text)))) return;
    this.count++;
    if (this.found.length >= this.#limit) return;
    this.found.push(line);
    if (this.#times !== null) this.times.push(time);
  }

  #each(): void {
    for (let start = 0; start < this.#length; start = this.#counted) {
      const end = this.#endOf(start);
      if (this.#matches(placesOf(this.#block, start, end), start, end)) this.#add(end);
      this.#passed(end);
    }
  }

  #hits(rough: RegExp): void {
    const { longest, isRoughExact } = this.#matcher;
    rough.lastIndex = 0;
    while (rough.test(this.#bytes)) {
      const hitEnd = rough.lastIndex;
      const start = this.#startOf(hitEnd - 1);
      const end = this.#endOf(hitEnd - 1);
      const places = placesOf(this.#block, start, end);
      if (places !== null && hitEnd <= places.textStart) {
        rough.lastIndex = places.textStart;
        continue;
      }
      rough.lastIndex = end + 1;
      const isInside = places !== null && hitEnd - longest >= places.textStart && hitEnd <= places.textEnd;
      if (places !== null && !isInside && hitEnd - longest >= places.textEnd) continue;
      const isPlain = isInside && isRoughExact && this.#isClear(places, hitEnd - longest, hitEnd);
      if (!(isPlain ? this.#wants(places.stream) : this.#matches(places, start, end))) continue;
      this.#countTo(start);
      this.#add(end);
      this.#passed(end);
    }
  }

  #matches(places: RecordPlaces | null, start: number, end: number): boolean {
    const { test } = this.#matcher;
    if (places === null) {
      const line = foreign(this.#bytes, start, end);
      return this.#wants(line.stream) && (test === null || test(plainText(line.text)));
    }
    if (!this.#wants(places.stream)) return false;
    if (test === null) return true;
    const raw = this.#bytes.slice(places.textStart, places.textEnd);
    const text = this.#isAscii && !this.#hasEscape(places) ? raw : decoded(raw, this.#isAscii);
    return test(this.#isTricky ? plainText(text) : text);
  }

  #wants(stream: 1 | 2): boolean {
    return this.#stream === 0 || this.#stream === stream;
  }

  #add(end: number): void {
    this.count++;
    if (this.found.length >= this.#limit) return;
    this.found.push(this.line);
    if (this.#times !== null) this.times.push(this.#times.before(this.#bytes, end));
  }

  #passed(end: number): void {
    this.line++;
    this.#counted = end + 1;
  }

  #countTo(start: number): void {
    while (this.#counted < start) this.#passed(this.#endOf(this.#counted));
  }

  #startOf(at: number): number {
    let start = at;
    while (start > 0 && this.#block[start - 1] !== NEWLINE) start--;
    return start;
  }

  #endOf(at: number): number {
    const found = this.#block.indexOf(NEWLINE, at);
    return found < 0 || found > this.#length ? this.#length : found;
  }

  /** Whether the text between two places is what stands there, without an escape and no part of one. */
  #isClear(places: RecordPlaces, from: number, to: number): boolean {
    if (this.#isTricky) return !this.#hasEscape(places);
    let at = Math.max(places.textStart, from - LONGEST_ESCAPE);
    // In the middle of backslashes it cannot be told which of them belong together.
    if (this.#block[at - 1] === BACKSLASH) return !this.#hasEscape(places);
    for (; at < to; at++) {
      if (this.#block[at] !== BACKSLASH) continue;
      at += this.#block[at + 1] === LETTER_U ? LONGEST_ESCAPE - 1 : 1;
      if (at >= from) return !this.#hasEscape(places);
    }
    return true;
  }

  #hasEscape({ textStart, textEnd }: RecordPlaces): boolean {
    const at = this.#block.indexOf(BACKSLASH, textStart);
    return at >= 0 && at < textEnd;
  }
}
