const COMMA = 0x2c;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DIGIT = 0x30;
/** Of the longest number with what stands before it. */
const LONGEST = 20;

/** Text of whole numbers and what is between them, written by bytes: there may be as many as a log has lines. */
class NumberText {
  #bytes = Buffer.allocUnsafe(1024);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  mark(character: number): void {
    this.#bytes[this.#length++] = character;
  }

  number(value: number): void {
    const from = this.#length;
    for (let left = value; left > 0 || this.#length === from; ) {
      const rest = Math.floor(left / 10);
      this.mark(DIGIT + left - rest * 10);
      left = rest;
    }
    if (this.#length > from + 1) this.#bytes.subarray(from, this.#length).reverse();
    if (this.#length + 2 * LONGEST > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
  }

  toString(): string {
    return this.#bytes.toString('latin1', 0, this.#length);
  }
}

/** Rising line numbers as text: see LogHits. */
export class HitLines {
  readonly #text = new NumberText();
  #next: number;
  #run = 0;
  count = 0;

  constructor(from: number) {
    this.#next = from;
  }

  add(line: number): void {
    this.count++;
    if (line === this.#next && this.#run > 0) this.#run++;
    else {
      this.#end();
      if (!this.#text.isEmpty) this.#text.mark(COMMA);
      this.#text.number(line - this.#next);
      this.#run = 1;
    }
    this.#next = line + 1;
  }

  /** To be asked for once. */
  text(): string {
    this.#end();
    return this.#text.toString();
  }

  #end(): void {
    if (this.#run > 1) {
      this.#text.mark(PLUS);
      this.#text.number(this.#run - 1);
    }
    this.#run = 0;
  }
}

/** Times in microseconds as text: see LogHits. */
export class HitTimes {
  readonly #text = new NumberText();
  #last = 0;

  add(time: number): void {
    if (!this.#text.isEmpty) this.#text.mark(COMMA);
    if (time < this.#last) this.#text.mark(MINUS);
    this.#text.number(Math.abs(time - this.#last));
    this.#last = time;
  }

  text(): string {
    return this.#text.toString();
  }
}

/** The first `count` of the lines in a text of HitLines. */
export function firstLines(text: string, count: number): string {
  const kept: string[] = [];
  let left = count;
  for (const part of text === '' ? [] : text.split(',')) {
    if (left <= 0) break;
    const [gap = '', more = '0'] = part.split('+');
    const run = Math.min(left, Number(more) + 1);
    kept.push(run > 1 ? `${gap}+${run - 1}` : gap);
    left -= run;
  }
  return kept.join(',');
}

/** The same of a text of HitTimes. */
export const firstTimes = (text: string, count: number): string => text.split(',', count).join(',');
