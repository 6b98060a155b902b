import { readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { isKind, messageOf } from '../../../base/errors.ts';
import { Checkpoints } from './checkpoints.ts';
import { matcherOf } from './matcher.ts';
import { Pieces } from './pieces.ts';
import type { FoundLines, IndexedPart, ScanAnswer, ScanJob } from './scan-job.ts';
import { LineScanner, scanFile } from './scan-lines.ts';
import { BlockSearch } from './search-block.ts';
import { searchJoined } from './search-joined.ts';

const BLOCK = 1024 * 1024;
/** What is searched at once: texts of over 128 KiB are dear to make and to forget. */
const STEP = 48 * 1024;
const NEWLINE = 0x0a;

const block = Buffer.allocUnsafeSlow(BLOCK);

function index({ fd, from, size, pieces }: Extract<ScanJob, { kind: 'index' }>): IndexedPart {
  const checkpoints = new Checkpoints();
  const scanner = new LineScanner(checkpoints, 0, from, new Pieces(pieces.open, pieces.stream));
  scanFile(scanner, size, block, (offset) => readSync(fd, block, 0, BLOCK, offset));
  const places = { lines: [] as number[], offsets: [] as number[], times: [] as number[], joined: [] as boolean[] };
  for (let at = 0; at < checkpoints.length; at++) {
    const { line, offset, time } = checkpoints.at(at);
    places.lines.push(line);
    places.offsets.push(offset);
    places.times.push(time);
    places.joined.push(checkpoints.isJoined(at));
  }
  const { open, stream } = scanner.pieces;
  return { places, isJoinedBefore: scanner.isJoinedBefore, pieces: { open, stream }, lines: scanner.lines, offset: scanner.offset };
}

function search({ fd, segments, query, wantsTimes, first, limit, stop }: Extract<ScanJob, { kind: 'search' }>): FoundLines {
  const search = new BlockSearch(matcherOf(query), query, { from: segments[0]?.line ?? 0, first, wantsTimes, limit });
  for (const segment of segments) {
    const { from, to, line } = segment;
    if (segment.isJoined) {
      searchJoined(search, fd, block, segment, () => Atomics.load(stop, 0) !== 0);
      continue;
    }
    search.line = line;
    for (let at = from; at < to && Atomics.load(stop, 0) === 0; ) {
      let length = readSync(fd, block, 0, Math.min(STEP, to - at), at);
      let last = length <= 0 ? -1 : block.lastIndexOf(NEWLINE, length - 1);
      if (last < 0 && length === STEP) {
        length += readSync(fd, block, length, Math.min(BLOCK, to - at) - length, at + length);
        last = block.lastIndexOf(NEWLINE, length - 1);
      }
      if (last < 0 && length < BLOCK) break;
      if (last >= 0) search.take(block, last + 1, at + last + 1 === to);
      else search.line++;
      // A line longer than a block is not one that the monitor wrote: it counts, and is not searched.
      at = last < 0 ? endOfLine(fd, at + length, to) : at + last + 1;
    }
  }
  return { count: search.count, numbered: search.lines.count, lines: search.lines.text(), times: search.times?.text() ?? '' };
}

/** Where the line after the one at `at` begins, at most `to`. */
function endOfLine(fd: number, at: number, to: number): number {
  for (let from = at; from < to; from += BLOCK) {
    const length = readSync(fd, block, 0, Math.min(BLOCK, to - from), from);
    const end = block.indexOf(NEWLINE);
    if (end >= 0 && end < length) return from + end + 1;
  }
  return to;
}

parentPort?.on('message', (job: ScanJob) => {
  let answer: ScanAnswer;
  try {
    answer = { result: job.kind === 'index' ? index(job) : search(job) };
  } catch (error) {
    answer = { kind: isKind(error, 'InvalidArgument') ? 'InvalidArgument' : 'Internal', message: messageOf(error) };
  }
  parentPort?.postMessage(answer);
});
