/** Between two places that are known lie at most this many lines, and not much more than this many bytes. */
const LINES = 256;
const BYTES = 256 * 1024;
/** An index of more places drops every other one: the memory of an index is bounded, whatever the log's length. */
const MOST = 32_768;

export interface Checkpoint {
  /** Of the line that begins there, counted from the file's beginning. */
  readonly line: number;
  readonly offset: number;
  /** Microseconds since the epoch; never less than that of the place before. */
  readonly time: number;
}

/** Places of a file at which lines begin, some known number of lines apart. The first one is its beginning. */
export class Checkpoints {
  readonly #lines: number[] = [];
  readonly #offsets: number[] = [];
  readonly #times: number[] = [];
  /** Whether a line between a place and the next one is made of several of the file. */
  readonly #joined: boolean[] = [];
  #stride = 1;

  get length(): number {
    return this.#lines.length;
  }

  at(index: number): Checkpoint {
    return { line: this.#lines[index] ?? 0, offset: this.#offsets[index] ?? 0, time: this.#times[index] ?? 0 };
  }

  /** Whether the line that begins at `offset` is far enough from the last place to become the next one. */
  wants(line: number, offset: number): boolean {
    const last = this.#lines.length - 1;
    if (last < 0) return true;
    return line - (this.#lines[last] ?? 0) >= LINES * this.#stride || offset - (this.#offsets[last] ?? 0) >= BYTES * this.#stride;
  }

  /** Whether some line from this place up to the next one is made of several of the file. */
  isJoined(index: number): boolean {
    return this.#joined[index] ?? false;
  }

  /** A line after the newest place goes on in the next one of the file. */
  join(): void {
    if (this.#joined.length > 0) this.#joined[this.#joined.length - 1] = true;
  }

  /** A clock that was set back does not go back here. */
  add(line: number, offset: number, time: number): void {
    this.#times.push(Math.max(time, this.#times.at(-1) ?? 0));
    this.#lines.push(line);
    this.#offsets.push(offset);
    this.#joined.push(false);
    if (this.#lines.length <= MOST) return;
    for (let index = 0; index * 2 < this.#joined.length; index++) this.#joined[index] = this.isJoined(index * 2) || this.isJoined(index * 2 + 1);
    this.#joined.length = Math.ceil(this.#joined.length / 2);
    for (const column of [this.#lines, this.#offsets, this.#times]) {
      for (let index = 0; index * 2 < column.length; index++) column[index] = column[index * 2] ?? 0;
      column.length = Math.ceil(column.length / 2);
    }
    this.#stride *= 2;
  }

  /** Index of the last place at or before the line; -1 when there is none. */
  floorLine(line: number): number {
    return floor(this.#lines, line);
  }

  floorTime(time: number): number {
    return floor(this.#times, time);
  }
}

function floor(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
