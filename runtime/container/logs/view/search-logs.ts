import { EngineError } from '../../../base/errors.ts';
import { firstLines, firstTimes } from './hit-lines.ts';
import { type IndexedFile, pinned } from './indexed-file.ts';
import type { LogIndex } from './log-index.ts';
import type { LogHits, LogQuery, LogSearchOptions } from './log-views.ts';
import { matcherOf } from './matcher.ts';
import type { FoundLines, Segment } from './scan-job.ts';
import type { ScanPool } from './scan-pool.ts';

/** Bytes that a thread reads before it looks whether it is to stop, and before hits of it can be told. */
const SEGMENT = 128 * 1024;
const JOB_SEGMENTS = 64;
/** A pattern may take this long for a job's bytes, which others do in a few milliseconds. */
const JOB_MS = 5000;

interface Piece {
  readonly source: number;
  readonly file: IndexedFile;
  readonly segments: readonly Segment[];
  readonly from: number;
  readonly to: number;
}

/** Hits in the order of the sources and their lines, as soon as all before them are known. @throws InvalidArgument, TimedOut, the signal's reason. */
export async function* searchLogs(pool: ScanPool, logs: readonly LogIndex[], query: LogQuery, options: LogSearchOptions): AsyncGenerator<LogHits> {
  const { limit, signal, from: starts = [] } = options;
  // A pattern that is none is told before anything is read.
  matcherOf(query);
  const wantsTimes = logs.length > 1;
  const left = new AbortController();
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const gone = AbortSignal.any([signal, left.signal]);
  gone.addEventListener('abort', () => Atomics.store(stop, 0, 1), { once: true });
  let numbered = 0;
  const find = (piece: Piece): Promise<FoundLines> =>
    pinned(piece.file, async () => {
      if (piece.file.isDropped) return { count: 0, numbered: 0, lines: '', times: '' };
      const slow = AbortSignal.timeout(JOB_MS);
      const tooSlow = new EngineError('TimedOut', 'query: the pattern takes too long on this log');
      const job = {
        kind: 'search',
        fd: piece.file.part.handle.fd,
        segments: piece.segments,
        query,
        wantsTimes,
        first: starts[piece.source] ?? 0,
        limit: Math.max(0, limit - numbered),
        stop,
      } as const;
      try {
        return await pool.run(job, AbortSignal.any([gone, slow]));
      } catch (error) {
        throw slow.aborted && !gone.aborted ? tooSlow : error;
      }
    });
  const under: { readonly piece: Piece; readonly found: Promise<FoundLines> }[] = [];
  const tell = async ({ piece, found }: (typeof under)[number]): Promise<LogHits> => {
    const answer = await found;
    const { source, from, to } = piece;
    const { count } = answer;
    const kept = Math.min(answer.numbered, limit - numbered);
    numbered += kept;
    const isWhole = kept === answer.numbered;
    const lines = isWhole ? answer.lines : firstLines(answer.lines, kept);
    const times = wantsTimes ? { times: isWhole ? answer.times : firstTimes(answer.times, kept) } : {};
    return { source, from, to, count, lines, ...times };
  };
  try {
    // All that there is now and no more: a search must not chase the end of a log that grows, whose places change meanwhile.
    for (const piece of [...pieces(logs, starts)]) {
      signal.throwIfAborted();
      const found = find(piece);
      found.catch(() => undefined);
      under.push({ piece, found });
      // One more than there are threads, so that none waits for the teller.
      if (under.length > pool.width) yield await tell(under.shift() as (typeof under)[number]);
    }
    for (const one of under.splice(0)) yield await tell(one);
  } finally {
    left.abort(new EngineError('Canceled', 'the search was given up'));
  }
}

function* pieces(logs: readonly LogIndex[], starts: readonly number[]): Generator<Piece> {
  for (const [source, log] of logs.entries()) {
    let segments: Segment[] = [];
    let held: IndexedFile | null = null;
    let to = 0;
    const take = (): Piece[] => {
      const file = held;
      const [first] = segments;
      if (file === null || first === undefined) return [];
      const piece = { source, file, segments, from: first.line, to };
      segments = [];
      return [piece];
    };
    for (const { file, segment, lines } of log.segments(SEGMENT)) {
      if (segment.line + lines <= (starts[source] ?? 0)) continue;
      if (file !== held || segments.length === JOB_SEGMENTS) yield* take();
      held = file;
      segments.push(segment);
      to = segment.line + lines;
    }
    yield* take();
  }
}
