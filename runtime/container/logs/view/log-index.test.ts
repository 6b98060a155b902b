import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LogIndex } from './log-index.ts';
import { MergedLog } from './merge.ts';
import { ScanPool } from './scan-pool.ts';

const pool = new ScanPool();
afterAll(() => pool[Symbol.asyncDispose]());

let directory: string;
let path: string;
let index: LogIndex;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-view-'));
  path = join(directory, 'x-json.log');
  index = new LogIndex(path, pool);
});
afterEach(async () => {
  await index[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const BASE = Date.parse('2026-11-21T04:22:44Z');
const line = (log: string, milliseconds = 0, stream = 'stdout'): string =>
  `${JSON.stringify({ log, stream, time: new Date(BASE + milliseconds).toISOString() })}\n`;
const numbered = (from: number, to: number): string => Array.from({ length: to - from }, (_, at) => line(`${from + at}\n`, from + at)).join('');
const texts = async (from: number, count: number, of = index): Promise<string[]> => (await of.read(from, count, 1e9)).map(({ text }) => text);

describe('LogIndex', () => {
  it('finds any line of a long log, and what is appended later', async () => {
    writeFileSync(path, numbered(0, 20_000));
    await index.refresh();
    expect([index.first, index.end]).toEqual([0, 20_000]);
    for (const from of [0, 1, 255, 256, 9999, 19_998]) expect(await texts(from, 2)).toEqual([`${from}`, `${from + 1}`]);
    appendFileSync(path, numbered(20_000, 20_003));
    await index.refresh();
    expect(await texts(19_999, 10)).toEqual(['19999', '20000', '20001', '20002']);
  });

  it('counts the same however a log came about', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 }), async (batches) => {
        await using fresh = new LogIndex(path, pool);
        writeFileSync(path, '');
        let total = 0;
        for (const batch of batches) {
          appendFileSync(path, numbered(total, total + batch));
          total += batch;
          await fresh.refresh();
        }
        expect(fresh.end).toBe(total);
        expect(await texts(total - 1, 2, fresh)).toEqual([`${total - 1}`]);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps its numbers while files rotate, and forgets those that are gone', async () => {
    writeFileSync(path, numbered(0, 300));
    await index.refresh();
    const { epoch } = index;
    for (const [from, to] of [
      [300, 600],
      [600, 900],
    ] as const) {
      appendFileSync(path, line(`last ${from}\n`));
      try {
        renameSync(`${path}.1`, `${path}.2`);
      } catch {}
      renameSync(path, `${path}.1`);
      writeFileSync(path, numbered(from, to));
      await index.refresh();
    }
    expect([index.first, index.end, index.epoch]).toEqual([0, 902, epoch]);
    expect(await texts(299, 3)).toEqual(['299', 'last 300', '300']);
    unlinkSync(`${path}.2`);
    renameSync(`${path}.1`, `${path}.2`);
    renameSync(path, `${path}.1`);
    unlinkSync(`${path}.2`);
    writeFileSync(path, '');
    await index.refresh();
    expect([index.first, index.end, index.epoch]).toEqual([602, 902, epoch]);
    expect(await texts(0, 1)).toEqual(['600']);
  });

  it('goes on after a single file was replaced, and numbers anew after one was cut off', async () => {
    writeFileSync(path, numbered(0, 10));
    await index.refresh();
    const { epoch } = index;
    appendFileSync(path, numbered(10, 12));
    unlinkSync(path);
    writeFileSync(path, numbered(12, 14));
    await index.refresh();
    expect([index.first, index.end, index.epoch]).toEqual([12, 14, epoch]);
    truncateSync(path, 0);
    appendFileSync(path, line('x\n'));
    await index.refresh();
    expect([index.first, index.end]).toEqual([0, 1]);
    expect(index.epoch).not.toBe(epoch);
  });

  it('is empty before there is a log', async () => {
    await index.refresh();
    expect([index.first, index.end, await texts(0, 10)]).toEqual([0, 0, []]);
  });

  it('bounds what is hostile: no JSON, endless lines, half a line at the end, pieces', async () => {
    writeFileSync(
      path,
      `${line('a\n')}\0\xff garbage\n${'x'.repeat(3_000_000)}\n${line('y'.repeat(40_000))}${line('\u001b]52;c;AAAA\u0007é\n')}{"stream":"stderr","log":"b\\n"}\n${line('z\n').slice(0, 20)}`,
    );
    await index.refresh();
    const lines = await index.read(0, 100, 1e9);
    expect(lines.map(({ text, isCut, continues, stream }) => [text.slice(0, 12), isCut, continues, stream])).toEqual([
      ['a', false, false, 1],
      [expect.stringContaining('garbage') as string, false, false, 1],
      ['xxxxxxxxxxxx', true, false, 1],
      ['yyyyyyyyyyyy', false, true, 1],
      ['\u001b]52;c;AAAA\u0007', false, false, 1],
      ['b', false, false, 2],
    ]);
    expect(Math.max(...lines.map(({ text }) => text.length))).toBe(1024 * 1024);
  });

  it('has a line that is kept in pieces as one, from wherever it is read, while it grows too', async () => {
    const long = (letter: string, pieces: number, end: string): string => line(letter.repeat(16_384)).repeat(pieces) + line(end);
    // Of the bytes in a piece: a control character and a quote are one, a separator of lines three.
    const escapes = line(`\u0001"\u2028${'e'.repeat(16_379)}`).replace('\u2028', '\\u2028') + line('f\n');
    const part = `${numbered(0, 300)}${long('a', 3, 'end\n')}${line('err\n', 0, 'stderr')}${escapes}${line(`${'q'.repeat(16_383)}\n`)}${line('b'.repeat(16_383))}`;
    writeFileSync(path, part.repeat(20));
    await index.refresh();
    expect(index.end).toBe(305 * 20);
    for (const base of [0, 305, 305 * 19]) {
      const lines = await index.read(base + 299, 6, 1e9);
      const told = lines.map(({ text, stream, number, continues, isCut }) => [text.length, text.slice(-4), stream, number - base, continues, isCut]);
      expect(told).toEqual([
        [3, '299', 1, 299, false, false],
        [3 * 16_384 + 3, 'aend', 1, 300, false, false],
        [3, 'err', 2, 301, false, false],
        [16_383, 'eeef', 1, 302, false, false],
        [16_383, 'qqqq', 1, 303, false, false],
        [16_383, 'bbbb', 1, 304, true, false],
      ]);
    }
    appendFileSync(path, line('g'.repeat(16_384)));
    await index.refresh();
    expect([index.end, index.open, (await texts(6100, 2)).map(({ length }) => length)]).toEqual([6101, 1, [16_384]]);
    appendFileSync(path, line('g'.repeat(16_384)) + line('over\n') + line('next\n'));
    await index.refresh();
    expect([index.end, index.open, (await texts(6100, 2)).map(({ length }) => length)]).toEqual([6102, 0, [32_772, 4]]);
    // The worker goes on with what the engine's own thread left open.
    appendFileSync(path, line('h'.repeat(16_384)));
    await index.refresh();
    appendFileSync(path, long('h', 2, 'x\n') + long('i', 20, 'x\n') + numbered(0, 10));
    await index.refresh();
    expect([index.end, (await texts(6102, 3)).map(({ length }) => length)]).toEqual([6114, [3 * 16_384 + 1, 20 * 16_384 + 1, 1]]);
    expect(await texts(6113, 5)).toEqual(['9']);
  });

  it('parts a line that never ends, after 1 MiB each', async () => {
    writeFileSync(path, line('e'.repeat(16_384)).repeat(130) + line('end\n'));
    await index.refresh();
    const lines = await index.read(0, 10, 1e9);
    expect(lines.map(({ text, isCut, continues }) => [text.length, isCut, continues])).toEqual([
      [1 << 20, true, true],
      [1 << 20, true, true],
      [2 * 16_384 + 3, false, false],
    ]);
    expect(index.end).toBe(3);
  });
});

describe('MergedLog', () => {
  /** Logs of lines with times; the text is `source:number`. */
  async function logsOf(times: readonly (readonly number[])[]): Promise<{ readonly merged: MergedLog; readonly logs: LogIndex[] }> {
    const logs = times.map((each, source) => {
      const file = join(directory, `merged-${source}.log`);
      writeFileSync(file, each.map((time, number) => line(`${source}:${number}\n`, time)).join(''));
      return new LogIndex(file, pool);
    });
    await Promise.all(logs.map((log) => log.refresh()));
    return { merged: new MergedLog(logs), logs };
  }
  const whole = async (merged: MergedLog): Promise<string[]> => (await merged.read(0, 1_000_000)).map(({ text }) => text);

  it('is one list by time, the same from whichever place it is read', async () => {
    const times = [0, 1, 2].map((source) => Array.from({ length: 900 + source * 300 }, (_, at) => at * (3 + source)));
    const { merged, logs } = await logsOf(times);
    const expected = times
      .flatMap((each, source) => each.map((time, number) => ({ time, source, number })))
      .sort((left, right) => left.time - right.time || left.source - right.source || left.number - right.number)
      .map(({ source, number }) => `${source}:${number}`);
    expect(merged.end).toBe(expected.length);
    expect(await whole(merged)).toEqual(expected);
    for (const from of [1, 255, 700, 2000, 3590]) expect((await merged.read(from, 20)).map(({ text }) => text)).toEqual(expected.slice(from, from + 20));
    for (const place of [0, 300, 1234, 3599]) {
      const [source, number] = (expected[place] as string).split(':').map(Number);
      expect(await merged.placeOf(source ?? 0, number ?? 0)).toBe(place);
    }
    for (const log of logs) await log[Symbol.asyncDispose]();
  });

  it('has the newest lines where they are too long for all that are asked for', async () => {
    const long = (at: number): string => `${at} ${'x'.repeat(at === 7 ? 5000 : 900)}`;
    writeFileSync(path, Array.from({ length: 10 }, (_, at) => line(`${long(at)}\n`, at)).join(''));
    await index.refresh();
    const merged = new MergedLog([index]);
    const before = async (end: number, count: number, most: number): Promise<number[]> =>
      (await merged.readBefore(end, count, most)).map(({ text, number }) => (text === long(number) ? number : Number.NaN));
    expect(await before(10, 3, 1e6)).toEqual([7, 8, 9]);
    expect(await before(10, 100, 1e6)).toHaveLength(10);
    expect(await before(10, 100, 2000)).toEqual([8, 9]);
    expect(await before(9, 100, 10)).toEqual([8]);
    expect(await before(8, 4, 10)).toEqual([7]);
    expect(await before(0, 100, 10)).toEqual([]);
  });

  it('passes over what a clock that was set back wrote, without reading it, rotated files or not', async () => {
    // The clock goes back by an hour after 3000 lines and catches up with none of the 60,000 after them.
    const back = Array.from({ length: 63_000 }, (_, at) => (at < 3000 ? at * 10 : at * 10 - 3_600_000));
    const { merged, logs } = await logsOf([back, Array.from({ length: 3000 }, (_, at) => at * 10 + 5)]);
    const all = await whole(merged);
    for (const [source, count] of [63_000, 3000].entries())
      expect(all.filter((text) => text.startsWith(`${source}:`))).toEqual(Array.from({ length: count }, (_, at) => `${source}:${at}`));
    const read = logs.map((log) => vi.spyOn(log, 'read'));
    for (const place of [0, 5997, 5999, 6003, 20_000, 65_700, 65_998]) {
      for (const one of read) one.mockClear();
      expect((await merged.read(place, 2)).map(({ text }) => text)).toEqual(all.slice(place, place + 2));
      expect(read.flatMap(({ mock }) => mock.calls.map(([, count]) => count)).reduce((sum, count) => sum + count, 0)).toBeLessThan(6000);
    }
    expect(await merged.placeOf(0, 50_000)).toBe(all.indexOf('0:50000'));
    expect(await merged.placeOf(1, 2999)).toBe(all.indexOf('1:2999'));
    writeFileSync(join(directory, 'merged-0.log.1'), Array.from({ length: 3000 }, (_, at) => line(`old ${at}\n`, 1e9 + at)).join(''));
    await using rotated = new LogIndex(join(directory, 'merged-0.log'), pool);
    await rotated.refresh();
    const [, other] = logs;
    if (other === undefined) throw new Error('there are two');
    const both = new MergedLog([rotated, other]);
    const list = await whole(both);
    expect(list.slice(0, 3000)).toEqual(Array.from({ length: 3000 }, (_, at) => `1:${at}`));
    expect([list[3000], list[5999], list[6000], list.at(-1)]).toEqual(['old 0', 'old 2999', '0:0', '0:62999']);
    for (const place of [2999, 3000, 5999, 6000, 9100, 60_000]) expect((await both.read(place, 1))[0]?.text).toBe(list[place]);
    expect(await both.placeAt((BASE + 500_000) * 1000)).toBe(3000);
    for (const log of logs) await log[Symbol.asyncDispose]();
  });
  it('keeps the order of each log where its clock was set back', async () => {
    const { merged, logs } = await logsOf([[...Array(400).keys(), ...Array(400).keys()], Array.from({ length: 300 }, (_, at) => at * 2)]);
    const all = await whole(merged);
    for (const source of ['0', '1']) {
      const numbers = all.filter((text) => text.startsWith(`${source}:`)).map((text) => Number(text.slice(2)));
      expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    }
    for (const from of [100, 399, 512, 800]) expect((await merged.read(from, 50)).map(({ text }) => text)).toEqual(all.slice(from, from + 50));
    for (const log of logs) await log[Symbol.asyncDispose]();
  });
});
