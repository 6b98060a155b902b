import type { IndexedFile, IndexedLine } from './indexed-file.ts';
import { MOST_PIECES, Pieces } from './pieces.ts';
import { decoded, foreign, placesOf, TimeReader } from './record.ts';

const NEWLINE = 0x0a;
const BLOCK = 256 * 1024;
/** A line's text is shown up to this many characters. */
const LONGEST = 1024 * 1024;
/** Of a line in the file this many bytes are kept. */
const MOST = 1024 * 1024;

/** `count` lines of a file from the line `from` on, both counted from the file's beginning; one that is kept in pieces is one. Memory: one block and one line. */
export async function* readLines({ part, checkpoints }: IndexedFile, from: number, count: number): AsyncGenerator<IndexedLine> {
  const place = checkpoints.at(checkpoints.floorLine(from));
  const times = new TimeReader();
  const pieces = new Pieces();
  // Number of the line whose pieces are held.
  let number = place.line - 1;
  let held: Buffer[] = [];
  let rest: Buffer[] = [];
  let kept = 0;
  for (let offset = place.offset; ; ) {
    const block = Buffer.allocUnsafe(BLOCK);
    const { bytesRead } = await part.handle.read(block, 0, BLOCK, offset);
    if (bytesRead === 0) {
      if (held.length > 0 && number < from + count) yield lineOf(held, number, false, times);
      return;
    }
    offset += bytesRead;
    let start = 0;
    for (let end = block.indexOf(NEWLINE); end >= 0 && end < bytesRead; end = block.indexOf(NEWLINE, start)) {
      const whole = rest.length === 0 ? block.subarray(start, end) : Buffer.concat([...rest, block.subarray(start, end)]);
      if (!pieces.goesOn(whole, 0, whole.length)) {
        if (held.length > 0) yield lineOf(held, number, false, times);
        held = [];
        number++;
        if (number >= from + count) return;
      }
      if (number >= from) {
        held.push(whole);
        if (pieces.open === 0) {
          yield lineOf(held, number, kept > MOST, times);
          held = [];
          if (number + 1 === from + count) return;
        }
      }
      rest = [];
      kept = 0;
      start = end + 1;
    }
    if (start < bytesRead) {
      if (kept <= MOST) rest.push(block.subarray(start, bytesRead));
      kept += bytesRead - start;
    }
  }
}

/** A line from the pieces of it in the file. */
function lineOf(pieces: readonly Buffer[], number: number, isTorn: boolean, times: TimeReader): IndexedLine {
  const [first, ...more] = pieces.map((piece, at) => pieceOf(piece, number, isTorn && at === pieces.length - 1, times));
  if (first === undefined) throw new Error('a line has a piece');
  if (more.length === 0) return first;
  const text = [first, ...more].map((piece) => piece.text).join('');
  const isFull = pieces.length === MOST_PIECES;
  return { ...first, text: text.slice(0, LONGEST), isCut: isFull || text.length > LONGEST, continues: more.at(-1)?.continues ?? false };
}

function pieceOf(block: Buffer, number: number, isTorn: boolean, times: TimeReader): IndexedLine {
  const bytes = block.toString('latin1', 0, isTorn ? LONGEST : block.length);
  const places = isTorn ? null : placesOf(block, 0, block.length);
  const time = times.before(bytes, bytes.length);
  const { text, stream } =
    places === null ? foreign(bytes, 0, bytes.length) : { text: decoded(bytes.slice(places.textStart, places.textEnd)), stream: places.stream };
  const continues = places !== null && block[places.textEnd] !== 0x5c;
  return { number, stream, text: text.slice(0, LONGEST), isCut: isTorn || text.length > LONGEST, continues, time };
}
