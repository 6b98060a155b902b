import type { IndexedFile, IndexedLine } from './indexed-file.ts';
import { decoded, foreign, placesOf, TimeReader } from './record.ts';

const NEWLINE = 0x0a;
const BLOCK = 256 * 1024;
/** A line's text is shown up to this many characters. */
const LONGEST = 32 * 1024;
/** Of a line in the file this many bytes are kept. */
const MOST = 1024 * 1024;

/** `count` lines of a file from the line `from` on, both counted from the file's beginning. Memory: one block and one line. */
export async function* readLines({ part, checkpoints }: IndexedFile, from: number, count: number): AsyncGenerator<IndexedLine> {
  const place = checkpoints.at(checkpoints.floorLine(from));
  const times = new TimeReader();
  let number = place.line;
  let rest: Buffer[] = [];
  let kept = 0;
  for (let offset = place.offset; ; ) {
    const block = Buffer.allocUnsafe(BLOCK);
    const { bytesRead } = await part.handle.read(block, 0, BLOCK, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    let start = 0;
    for (let end = block.indexOf(NEWLINE); end >= 0 && end < bytesRead; end = block.indexOf(NEWLINE, start)) {
      if (number >= from) {
        const whole = rest.length === 0 ? block.subarray(start, end) : Buffer.concat([...rest, block.subarray(start, end)]);
        yield lineOf(whole, number, kept > MOST, times);
        if (number + 1 === from + count) return;
      }
      number++;
      rest = [];
      kept = 0;
      start = end + 1;
    }
    if (start < bytesRead) {
      if (kept <= MOST && number >= from) rest.push(block.subarray(start, bytesRead));
      kept += bytesRead - start;
    }
  }
}

function lineOf(block: Buffer, number: number, isTorn: boolean, times: TimeReader): IndexedLine {
  const bytes = block.toString('latin1', 0, isTorn ? LONGEST : block.length);
  const places = isTorn ? null : placesOf(block, 0, block.length);
  const time = times.before(bytes, bytes.length);
  const { text, stream } =
    places === null ? foreign(bytes, 0, bytes.length) : { text: decoded(bytes.slice(places.textStart, places.textEnd)), stream: places.stream };
  const continues = places !== null && block[places.textEnd] !== 0x5c;
  return { number, stream, text: text.slice(0, LONGEST), isCut: isTorn || text.length > LONGEST, continues, time };
}
