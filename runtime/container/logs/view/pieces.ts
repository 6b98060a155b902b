import { placesOf } from './record.ts';

/** Output without a newline is kept in pieces of exactly so many bytes, each a line of the file (runtime/launcher/log.c). */
const PIECE = 16_384;
/** Bytes around the text in a line of the file, at least. */
const FRAME = 40;
/** A program that never ends its line must fill no memory: 1 MiB of it is one line. */
export const MOST_PIECES = 64;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/**
 * Tells which lines of a file go on with the line before: those of the same stream right after a piece. Where a line of the other stream or
 * the file's end is between them, the line is parted.
 */
export class Pieces {
  /** Pieces of a line that has not ended yet. */
  open: number;
  stream: 1 | 2;

  constructor(open = 0, stream: 1 | 2 = 1) {
    this.open = open;
    this.stream = stream;
  }

  /** Takes the next line of the file, whose newline is at `end`; true: it goes on with the one before. */
  goesOn(bytes: Buffer, start: number, end: number): boolean {
    // Nearly all lines are shorter than a piece and come when nothing is open.
    if (this.open === 0 && end - start < PIECE + FRAME) return false;
    const places = placesOf(bytes, start, end);
    const goesOn = this.open > 0 && places?.stream === this.stream;
    const isPiece = places !== null && bytes[places.textEnd] !== BACKSLASH && rawLength(bytes, places.textStart, places.textEnd) === PIECE;
    this.open = isPiece ? (goesOn ? this.open + 1 : 1) : 0;
    if (this.open === MOST_PIECES) this.open = 0;
    this.stream = places?.stream ?? 1;
    return goesOn;
  }
}

/** Of how many bytes the monitor made this text: an escape stands for one, but for the two that are characters of three. */
function rawLength(bytes: Buffer, start: number, end: number): number {
  let length = end - start;
  for (let at = bytes.indexOf(BACKSLASH, start); at >= 0 && at < end; at = bytes.indexOf(BACKSLASH, at)) {
    if (bytes[at + 1] !== LETTER_U) {
      length -= 1;
      at += 2;
      continue;
    }
    // \u2028 and \u2029; \ufffd is a byte that was none of a character.
    length -= bytes[at + 2] === 0x32 && bytes[at + 3] === 0x30 ? 3 : 5;
    at += 6;
  }
  return length;
}
