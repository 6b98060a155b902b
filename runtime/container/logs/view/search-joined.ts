import { readSync } from 'node:fs';
import { Pieces } from './pieces.ts';
import { decoded, foreign, placesOf, TimeReader } from './record.ts';
import type { Segment } from './scan-job.ts';
import type { BlockSearch } from './search-block.ts';

const NEWLINE = 0x0a;

interface Held {
  readonly stream: 1 | 2;
  readonly time: number;
  text: string;
}

/** Searches a segment of which some lines are kept in pieces: each line is put together, decoded and looked at. `block` is what is read into. */
export function searchJoined(search: BlockSearch, fd: number, block: Buffer, { from, to, line }: Segment, isStopped: () => boolean): void {
  const pieces = new Pieces();
  const times = new TimeReader();
  let number = line - 1;
  let held: Held | null = null;
  const end = (): void => {
    if (held !== null) search.takeLine(number, held.stream, held.text, held.time);
    held = null;
  };
  for (let at = from; at < to && !isStopped(); ) {
    const length = readSync(fd, block, 0, Math.min(block.length, to - at), at);
    const last = length <= 0 ? -1 : block.lastIndexOf(NEWLINE, length - 1);
    if (last < 0) break;
    for (let start = 0; start <= last; ) {
      const stop = block.indexOf(NEWLINE, start);
      const next = recordOf(block, start, stop, times);
      if (pieces.goesOn(block, start, stop)) {
        if (held !== null) held.text += next.text;
      } else {
        end();
        number++;
        held = next;
      }
      start = stop + 1;
    }
    at += last + 1;
  }
  if (!isStopped()) end();
}

function recordOf(block: Buffer, start: number, end: number, times: TimeReader): Held {
  const bytes = block.toString('latin1', start, end);
  const places = placesOf(block, start, end);
  const time = times.before(bytes, bytes.length);
  if (places === null) return { ...foreign(bytes, 0, bytes.length), time };
  return { stream: places.stream, text: decoded(bytes.slice(places.textStart - start, places.textEnd - start)), time };
}
