import type { Checkpoints } from './checkpoints.ts';
import { Pieces } from './pieces.ts';
import { TimeReader } from './record.ts';

const NEWLINE = 0x0a;
/** What of a line's end is read for its time. */
const TAIL = 64;

/** A line's beginning that an index keeps. */
export interface Places {
  readonly lines: number[];
  readonly offsets: number[];
  readonly times: number[];
  /** See Checkpoints. */
  readonly joined: boolean[];
}

/** Counts the lines of a file from some offset on, those that are kept in pieces as one, and finds the places that its index keeps. */
export class LineScanner {
  readonly #checkpoints: Checkpoints;
  readonly #times = new TimeReader();
  readonly pieces: Pieces;
  /** A line before the first place goes on. */
  isJoinedBefore = false;
  /** Lines that have begun. */
  lines: number;
  /** Where the next line begins. */
  offset: number;

  constructor(checkpoints: Checkpoints, lines: number, offset: number, pieces = new Pieces()) {
    this.pieces = pieces;
    this.#checkpoints = checkpoints;
    this.lines = lines;
    this.offset = offset;
  }

  /** Takes `length` bytes that stand at `offset` in the file, of which the line that they leave unfinished is to come again. False: no line ends in them. */
  take(block: Buffer, length: number): boolean {
    const origin = this.offset;
    let start = 0;
    for (let end = block.indexOf(NEWLINE); end >= 0 && end < length; end = block.indexOf(NEWLINE, start)) {
      if (this.pieces.goesOn(block, start, end)) {
        if (this.#checkpoints.length === 0) this.isJoinedBefore = true;
        this.#checkpoints.join();
      } else {
        if (this.#checkpoints.wants(this.lines, origin + start)) this.#keep(origin + start, block, end);
        this.lines++;
      }
      start = end + 1;
    }
    this.offset = origin + start;
    return start > 0;
  }

  /** The newline of a line that is longer than any block is at `end` in the file. */
  skip(end: number): void {
    this.pieces.open = 0;
    if (this.#checkpoints.wants(this.lines, this.offset)) this.#checkpoints.add(this.lines, this.offset, 0);
    this.lines++;
    this.offset = end + 1;
  }

  #keep(offset: number, block: Buffer, end: number): void {
    const from = Math.max(0, end - TAIL);
    this.#checkpoints.add(this.lines, offset, this.#times.before(block.toString('latin1', from, end), end - from));
  }
}

/** Scans a file from the scanner's offset to `size` by `read`, which fills the block from an offset and answers how much. */
export function scanFile(scanner: LineScanner, size: number, block: Buffer, read: (offset: number) => number): void {
  let oversize = 0;
  for (let at = scanner.offset; at < size; ) {
    const length = Math.min(read(at), size - at);
    if (length <= 0) return;
    if (oversize > 0) {
      const end = block.indexOf(NEWLINE);
      if (end >= 0 && end < length) {
        scanner.skip(at + end);
        oversize = 0;
        at = scanner.offset;
      } else at += length;
      continue;
    }
    if (scanner.take(block, length)) at = scanner.offset;
    else if (length < block.length) return;
    else {
      oversize = length;
      at += length;
    }
  }
}
