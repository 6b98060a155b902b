import type { LogLine } from '../contract/logs.ts';

/** A line goes on as it is up to this many characters; the rest of it is dropped. */
const MAX_LINE = 1024 * 1024;

/** Cuts output into lines. Each line starts with its time, as `timestamps=1` gives it. One for each of stdout and stderr. */
export class LineCutter {
  readonly #stream: 1 | 2;
  readonly #decoder = new TextDecoder();
  #rest = '';

  constructor(stream: 1 | 2) {
    this.#stream = stream;
  }

  /** The lines that `data` completes. */
  push(data: Uint8Array): LogLine[] {
    const lines = (this.#rest + this.#decoder.decode(data, { stream: true })).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    return lines.map((line) => this.#parse(line));
  }

  /** A last line that has no newline. */
  end(): LogLine[] {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = '';
    return rest === '' ? [] : [this.#parse(rest)];
  }

  #parse(line: string): LogLine {
    const space = line.indexOf(' ');
    const time = space > 0 ? Date.parse(line.slice(0, space)) : Number.NaN;
    const text = Number.isNaN(time) ? line : line.slice(space + 1);
    return { stream: this.#stream, time: Number.isNaN(time) ? 0 : time, text: text.endsWith('\r') ? text.slice(0, -1) : text };
  }
}
