import { isAscii } from 'node:buffer';
import { HitLines, HitTimes } from './hit-lines.ts';
import type { LogQuery } from './log-views.ts';
import type { Matcher } from './matcher.ts';
import { plainText } from './plain-text.ts';
import { decoded, foreign, placesOf, plainPlaces, type RecordPlaces, TimeReader } from './record.ts';

/** Escapes that hide what a line shows: control characters but tab, newline and carriage return. */
const HIDING = '\\\\u00(?:0[0-8bcef]|1|7f)';
const COLOURS = /\\u001b\[[0-9;:]*m/g;

/**
 * Searches blocks of whole lines, one after another. Most of the time goes into what is done for each hit and each line: it looks for single
 * characters, which is done at the speed of memory, and takes a line apart only where it must.
 */
export class BlockSearch {
  readonly #matcher: Matcher;
  readonly #withHidden: RegExp | null;
  readonly #stream: 0 | 1 | 2;
  readonly #readTimes = new TimeReader();
  readonly #first: number;
  readonly #limit: number;
  readonly #places = { textStart: 0, textEnd: 0, stream: 1 as 1 | 2 };
  #block: Buffer | null = null;
  /** The block with each byte as a character, without colours: in the middle of a word they would hide it. */
  #bytes = '';
  #isAscii: boolean | null = null;
  /** Where the line with the number `line` begins. */
  #counted = 0;
  /** Number of the line that the next block begins with. */
  line = 0;
  /** How many lines match. */
  count = 0;
  /** The first ones of them. */
  readonly lines: HitLines;
  readonly times: HitTimes | null;

  /** `from`: a number that no line's is below; `first`: of the first line that counts. */
  constructor(
    matcher: Matcher,
    query: LogQuery,
    options: { readonly from: number; readonly first: number; readonly wantsTimes: boolean; readonly limit: number },
  ) {
    this.#matcher = matcher;
    this.#withHidden = matcher.rough === null ? null : new RegExp(`${matcher.rough.source}|${HIDING}`, 'g');
    this.#stream = query.stream === 'all' ? 0 : query.stream === 'stdout' ? 1 : 2;
    this.lines = new HitLines(options.from);
    this.times = options.wantsTimes ? new HitTimes() : null;
    this.#first = options.first;
    this.#limit = options.limit;
  }

  /** Takes a block that ends with a newline. Unless it is the last one before `line` is set anew, its lines are counted. */
  take(block: Buffer, length: number, isLast: boolean): void {
    const bytes = block.toString('latin1', 0, length);
    const isHiding = bytes.includes('\\u00');
    this.#bytes = isHiding ? bytes.replace(COLOURS, '') : bytes;
    this.#block = null;
    this.#isAscii = null;
    this.#counted = 0;
    const { rough } = this.#matcher;
    if (rough === null) this.#each();
    else this.#hits(isHiding && this.#withHidden !== null ? this.#withHidden : rough);
    if (!isLast) this.#countTo(this.#bytes.length);
    this.#bytes = '';
  }

  /** A line that was looked at in another way; `text` as it is shown. */
  takeLine(line: number, stream: 1 | 2, text: string, time: number): void {
    const { test } = this.#matcher;
    if (line < this.#first || !this.#wants(stream) || (test !== null && !test(plainText(text)))) return;
    this.count++;
    if (this.lines.count >= this.#limit) return;
    this.lines.add(line);
    this.times?.add(time);
  }

  #each(): void {
    for (let start = 0; start < this.#bytes.length; start = this.#counted) {
      const end = this.#bytes.indexOf('\n', start);
      const isPlain = plainPlaces(this.#bytes, start, end, this.#places);
      if (this.#matches(isPlain ? this.#places : this.#placesOf(start, end), isPlain, start, end)) this.#add(end);
      this.#passed(end);
    }
  }

  #hits(rough: RegExp): void {
    const { longest, isRoughExact } = this.#matcher;
    rough.lastIndex = 0;
    while (rough.test(this.#bytes)) {
      const hitEnd = rough.lastIndex;
      const end = this.#countTo(hitEnd - 1);
      const start = this.#counted;
      const isPlain = plainPlaces(this.#bytes, start, end, this.#places);
      const places = isPlain ? this.#places : this.#placesOf(start, end);
      if (places !== null && hitEnd <= places.textStart) {
        rough.lastIndex = places.textStart;
        continue;
      }
      rough.lastIndex = end + 1;
      if (places !== null && hitEnd - longest >= places.textEnd) continue;
      const isInside = places !== null && hitEnd - longest >= places.textStart && hitEnd <= places.textEnd;
      const isMatch = isPlain && isInside && isRoughExact ? this.#wants(places.stream) : this.#matches(places, isPlain, start, end);
      if (isMatch) this.#add(end);
      this.#passed(end);
    }
  }

  /** `isPlain`: what stands there is the text. */
  #matches(places: RecordPlaces | null, isPlain: boolean, start: number, end: number): boolean {
    const { test } = this.#matcher;
    if (places === null) {
      const line = foreign(this.#bytes, start, end);
      return this.#wants(line.stream) && (test === null || test(plainText(line.text)));
    }
    if (!this.#wants(places.stream)) return false;
    if (test === null) return true;
    const raw = this.#bytes.slice(places.textStart, places.textEnd);
    this.#isAscii ??= isAscii(this.#bytesOf());
    if (isPlain && this.#isAscii) return test(raw);
    return test(plainText(decoded(raw, this.#isAscii)));
  }

  #placesOf(start: number, end: number): RecordPlaces | null {
    return placesOf(this.#bytesOf(), start, end);
  }

  #bytesOf(): Buffer {
    return (this.#block ??= Buffer.from(this.#bytes, 'latin1'));
  }

  #wants(stream: 1 | 2): boolean {
    return this.#stream === 0 || this.#stream === stream;
  }

  #add(end: number): void {
    if (this.line < this.#first) return;
    this.count++;
    if (this.lines.count >= this.#limit) return;
    this.lines.add(this.line);
    this.times?.add(this.#readTimes.before(this.#bytes, end));
  }

  #passed(end: number): void {
    this.line++;
    this.#counted = end + 1;
  }

  /** Counts the lines that end before a place; answers where the line of that place ends. */
  #countTo(at: number): number {
    let end = this.#bytes.indexOf('\n', this.#counted);
    for (; end >= 0 && end < at; end = this.#bytes.indexOf('\n', end + 1)) this.#passed(end);
    return end;
  }
}
