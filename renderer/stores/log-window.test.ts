import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LogLine } from '../../runtime/api/types/log-views.ts';
import { FakeTransport } from '../testkit/fake-transport.ts';
import { LogHits } from './log-hits.ts';
import { LogSearch } from './log-search.ts';
import { LogWindow } from './log-window.ts';

const SEEN = { visible: () => true, subscribe: () => () => undefined };
const line = (number: number, source = 0): LogLine => ({ source, number, stream: number % 10 === 9 ? 2 : 1, time: number + 1, text: `line ${number}` });
const range = (from: number, to: number): LogLine[] => Array.from({ length: to - from }, (_, at) => line(from + at));

/** A log of so many lines, followed. */
function opened(end: number, ids: readonly string[] = ['a']) {
  const transport = new FakeTransport({
    'logs.lines': ({ choice, count }) => {
      const bounds = { epoch: 'e', first: 0, end };
      if (choice.kind === 'at') return { ...bounds, from: 0, lines: choice.lines.map(({ source, number }) => line(number, source)) };
      const from = choice.kind === 'from' ? choice.from : 0;
      return { ...bounds, from, lines: range(from, Math.min(end, from + count)) };
    },
  });
  const log = new LogWindow(transport, ids, SEEN);
  const stop = log.start();
  const grow = (to: number, epoch = 'e', count = 10, first = 0) =>
    transport.stream('logs.follow').push({ epoch, first, end: to, lines: range(Math.max(first, to - count), to) });
  grow(end);
  return { transport, log, stop, grow };
}
const text = (log: { line: (number: number) => { text: string } | undefined }, number: number) => log.line(number)?.text;

describe('LogWindow', () => {
  it('has the newest lines at once and others when they are looked at', async () => {
    const { log, transport } = opened(1_000_000);
    expect([log.first, log.end, text(log, 999_999), text(log, 500_000)]).toEqual([0, 1_000_000, 'line 999999', undefined]);
    log.want(500_000, 500_040);
    log.want(500_000, 500_040);
    await expect.poll(() => text(log, 500_039)).toBe('line 500039');
    expect(transport.requests).toHaveLength(1);
  });
  it('keeps no more pages than it shows', async () => {
    const { log } = opened(1_000_000);
    for (let from = 0; from < 20_000; from += 200) {
      log.want(from, from + 40);
      await expect.poll(() => text(log, from)).toBeDefined();
    }
    const kept = range(0, 20_000).filter(({ number }) => log.line(number) !== undefined).length;
    expect(kept).toBeLessThan(9000);
    expect(text(log, 19_800)).toBe('line 19800');
  });
  it('begins anew when the engine numbers lines anew', () => {
    const { log, grow } = opened(100);
    grow(50, 'other');
    expect([log.end, text(log, 49), text(log, 99)]).toEqual([50, 'line 49', undefined]);
  });
  it('shows only what comes after it was cleared, and all again', () => {
    const { log, grow } = opened(100);
    log.clear();
    grow(103);
    expect([log.first, log.end]).toEqual([100, 103]);
    log.showAll();
    expect(log.first).toBe(0);
  });
  it('is empty when the log was emptied, however it was cleared before', () => {
    const { log, grow } = opened(100);
    grow(100, 'e', 10, 100);
    expect([log.first, log.end, log.isCleared]).toEqual([100, 100, false]);
    grow(102, 'e', 10, 100);
    expect([log.first, log.end, text(log, 101)]).toEqual([100, 102, 'line 101']);
    log.clear();
    grow(103, 'e', 10, 103);
    expect([log.first, log.end, log.isCleared]).toEqual([103, 103, false]);
  });
  it('looks again at the lines of others when one of several logs was emptied', async () => {
    const { log, grow, transport } = opened(5000, ['a', 'b']);
    log.want(0, 40);
    await expect.poll(() => text(log, 0)).toBe('line 0');
    grow(5000, 'e', 10, 2000);
    expect(text(log, 0)).toBeUndefined();
    const before = transport.requests.length;
    log.want(2000, 2040);
    await expect.poll(() => text(log, 2000)).toBe('line 2000');
    expect(transport.requests.length).toBe(before + 1);
  });
  it('tells what could not be read, and nothing more after it was stopped', () => {
    const { log, transport, stop } = opened(3);
    const stream = transport.stream('logs.follow');
    stop();
    expect(stream.closed).toBe(true);
    expect(log.error).toBe('');
  });
});

describe('LogSearch', () => {
  const QUERY = { text: 'line', isRegex: false, isCaseSensitive: false, stream: 'stderr' } as const;
  function searched() {
    const all = opened(100);
    const search = new LogSearch(all.transport, all.log);
    search.attach();
    search.search(QUERY);
    const stream = all.transport.stream('logs.find');
    stream.push({ source: 0, from: 0, to: 100, count: 10, lines: Array.from({ length: 10 }, () => 9).join(',') });
    stream.push({ done: true, count: 10, milliseconds: 3 });
    stream.end();
    return { ...all, search };
  }
  it('gathers hits and says where they are', () => {
    const { search } = searched();
    expect([search.count, search.length, search.isDone, search.hit(3)]).toEqual([10, 10, true, { source: 0, number: 39 }]);
    expect(search.marks()).toHaveLength(10);
  });
  it('goes on with what is written later', () => {
    const { search, grow } = searched();
    grow(120, 'e', 20);
    expect([search.count, search.hit(11)]).toEqual([12, { source: 0, number: 119 }]);
  });
  afterEach(() => vi.useRealTimers());
  const finds = (transport: FakeTransport) => transport.streams.filter(({ name }) => name === 'logs.find');
  it('searches anew when the log was emptied or numbered anew', () => {
    vi.useFakeTimers();
    const { search, grow, transport } = searched();
    vi.advanceTimersByTime(5000);
    for (const [end, epoch, first] of [
      [100, 'e', 100],
      [100, 'other', 90],
    ] as const) {
      grow(end, epoch, 10, first);
      expect(finds(transport).at(-1)?.params).not.toHaveProperty('from');
      const stream = transport.stream('logs.find');
      stream.push({ done: true, count: 0, milliseconds: 1 });
      stream.end();
      expect([search.count, search.length, search.isDone]).toEqual([0, 0, true]);
      vi.advanceTimersByTime(5000);
    }
    grow(110, 'other', 10, 90);
    expect([search.count, search.hit(0)]).toEqual([1, { source: 0, number: 109 }]);
  });
  it('goes on with what a fast log has written, lets every search end, and keeps its hits meanwhile', () => {
    vi.useFakeTimers();
    const { search, grow, transport } = searched();
    let end = 100;
    let told = 0;
    for (let step = 0; step < 200; step++) {
      grow((end += 1000), 'e', 10);
      vi.advanceTimersByTime(40);
      const stream = finds(transport).at(-1);
      expect(search.length).toBeGreaterThanOrEqual(10);
      expect(stream?.closed && told === 0 && finds(transport).length > 1).toBe(false);
      // Each takes longer than the log's next growth.
      if (step % 20 !== 19 || !stream || stream.closed) continue;
      expect(stream.params).toMatchObject({ from: [told === 0 ? 100 : expect.any(Number)] });
      stream.push({ source: 0, from: end - 500, to: end, count: 1, lines: '3' });
      stream.push({ done: true, count: 1, milliseconds: 900 });
      stream.end();
      told++;
    }
    expect([search.count, search.generation]).toEqual([10 + told, 1]);
    expect(told).toBeGreaterThan(3);
    expect(finds(transport).length).toBeLessThan(13);
  });
  it('has no hits of lines that were rotated away, and the others where they were', async () => {
    const { search, grow, transport, log } = searched();
    const hits = new LogHits(transport, log, search, 0);
    grow(110, 'e', 10, 45);
    expect([search.first, search.end, search.count, search.hit(3), search.hit(4)]).toEqual([4, 11, 7, undefined, { source: 0, number: 49 }]);
    expect([hits.first, hits.end]).toEqual([4, 11]);
    hits.want(4, 11);
    await expect.poll(() => text(hits, 4)).toBe('line 49');
    expect(new LogHits(transport, log, search, 1).end).toBe(20);
  });
  it('shows only the lines that were found, with lines around them', async () => {
    const { transport, log, search } = searched();
    const hits = new LogHits(transport, log, search, 0);
    hits.want(0, 10);
    await expect.poll(() => text(hits, 9)).toBe('line 99');
    const around = new LogHits(transport, log, search, 2);
    expect([around.end, around.rowOf(1)]).toEqual([48, 7]);
    around.want(0, 10);
    await expect
      .poll(() => [5, 6, 7, 8].map((row) => [text(around, row), around.line(row)?.context]))
      .toEqual([
        ['line 17', true],
        ['line 18', true],
        ['line 19', false],
        ['line 20', true],
      ]);
  });
  it('tells the first hits at once, the others together', () => {
    const { transport, log } = opened(1000);
    const search = new LogSearch(transport, log);
    search.search(QUERY);
    let told = 0;
    search.subscribe(() => told++);
    const stream = transport.stream('logs.find');
    for (let from = 0; from < 1000; from += 10) stream.push({ source: 0, from, to: from + 10, count: 1, lines: '9' });
    expect([told, search.count]).toEqual([1, 100]);
    stream.push({ done: true, count: 100, milliseconds: 1 });
    stream.end();
    expect([told, search.isDone]).toEqual([2, true]);
  });
  it('searches a moment after the last letter, and at once for who is in a hurry', async () => {
    const { transport, log } = opened(100);
    const search = new LogSearch(transport, log);
    for (const text of ['l', 'li', 'lin']) search.soon({ ...QUERY, text });
    expect(search.query).toBeNull();
    search.hurry();
    search.hurry();
    expect([search.query?.text, search.generation, transport.streams.filter(({ name }) => name === 'logs.find').length]).toEqual(['lin', 1, 1]);
    search.soon({ ...QUERY, text: 'line' });
    await expect.poll(() => search.query?.text).toBe('line');
    search.soon({ ...QUERY, text: 'lines' });
    search.soon(null);
    search.hurry();
    expect([search.query, search.length]).toEqual([null, 0]);
  });
  it('orders the hits of several logs by time', () => {
    const { transport, log } = opened(10, ['a', 'b']);
    const search = new LogSearch(transport, log);
    search.search({ ...QUERY, stream: 'all' });
    const stream = transport.stream('logs.find');
    stream.push({ source: 0, from: 0, to: 5, count: 4, lines: '0,2+1', times: '10000,30000,0' });
    stream.push({ source: 0, from: 5, to: 9, count: 1, lines: '2', times: '5000' });
    stream.push({ source: 1, from: 2, to: 5, count: 1, lines: '0', times: '20000' });
    stream.push({ done: true, count: 3, milliseconds: 1 });
    // The last line of the first log is of a clock that was set back: its place in its own log stays.
    expect([0, 1, 2, 3, 4, 5].map((index) => search.hit(index))).toEqual([
      { source: 0, number: 0 },
      { source: 1, number: 2 },
      { source: 0, number: 3 },
      { source: 0, number: 4 },
      { source: 0, number: 7 },
      undefined,
    ]);
  });
});
