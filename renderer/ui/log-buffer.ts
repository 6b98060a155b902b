import { plainText } from './ansi.ts';
import type { LogSource, SourceLine } from './log-source.ts';

/** The newest lines of a log. Each line keeps its number for as long as it is held, whatever is dropped before it. */
export class LogBuffer implements LogSource {
  readonly limit: number;
  /** Grows by one with every change; what a view subscribes to. */
  version = 0;
  private held: SourceLine[] = [];
  private firstNumber = 0;
  private readonly listeners = new Set<() => void>();

  constructor(limit = 100_000) {
    this.limit = limit;
  }

  /** Number of the oldest line held. */
  get first(): number {
    return this.firstNumber;
  }
  /** One more than the number of the newest line. */
  get end(): number {
    return this.firstNumber + this.held.length;
  }
  get length(): number {
    return this.held.length;
  }

  /** The line with this number, if it is still held. */
  line(number: number): SourceLine | undefined {
    return this.held[number - this.firstNumber];
  }

  append(lines: readonly SourceLine[]): void {
    if (lines.length === 0) return;
    for (const line of lines.length > this.limit ? lines.slice(-this.limit) : lines) this.held.push(line);
    if (lines.length > this.limit) this.firstNumber += lines.length - this.limit;
    const over = this.held.length - this.limit;
    if (over > 0) {
      this.held = this.held.slice(over);
      this.firstNumber += over;
    }
    this.changed();
  }

  clear(): void {
    this.firstNumber = this.end;
    this.held = [];
    this.changed();
  }

  text(): string {
    return this.held.map(({ text }) => `${plainText(text)}\n`).join('');
  }

  read(from: number, count: number): Promise<readonly SourceLine[]> {
    return Promise.resolve(this.held.slice(Math.max(0, from - this.firstNumber), Math.max(0, from - this.firstNumber + count)));
  }

  /** All of it is here. */
  want(): void {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private changed(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }
}

/** Numbers of the lines that contain a text, found once for each line however often it is asked. */
export class LogFind {
  private readonly buffer: LogBuffer;
  private query = '';
  private upTo = 0;
  private found: number[] = [];

  constructor(buffer: LogBuffer) {
    this.buffer = buffer;
  }

  /** In ascending order, none that is no longer held. */
  matches(query: string): readonly number[] {
    const needle = query.toLowerCase();
    if (needle !== this.query) {
      this.query = needle;
      this.found = [];
      this.upTo = this.buffer.first;
    }
    if (needle === '') return [];
    const gone = this.found.findIndex((number) => number >= this.buffer.first);
    if (gone !== 0) this.found = gone < 0 ? [] : this.found.slice(gone);
    const fresh: number[] = [];
    for (let number = Math.max(this.upTo, this.buffer.first); number < this.buffer.end; number++) {
      const text = this.buffer.line(number)?.text ?? '';
      if (plainText(text).toLowerCase().includes(needle)) fresh.push(number);
    }
    this.upTo = this.buffer.end;
    if (fresh.length > 0) this.found = [...this.found, ...fresh];
    return this.found;
  }
}
