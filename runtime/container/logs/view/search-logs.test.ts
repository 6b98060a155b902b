import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesIn } from '../../../testkit/lines-in.ts';
import { Random } from '../../../testkit/random.ts';
import { LogIndex } from './log-index.ts';
import type { LogQuery } from './log-views.ts';
import { requiredLiteral } from './matcher.ts';
import { plainText } from './plain-text.ts';
import { ScanPool } from './scan-pool.ts';
import { searchLogs } from './search-logs.ts';

const pool = new ScanPool(2);
afterAll(() => pool[Symbol.asyncDispose]());

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-search-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const NEVER = new AbortController().signal;
const EVERY: LogQuery = { text: '', isRegex: false, isCaseSensitive: false, stream: 'all' };
/** As the monitor writes it: Go's escapes. */
const json = (text: string): string =>
  `"${text.replace(/["\\\n\r]|[<>&\u0000-\u001f\u2028\u2029]/g, (one) => {
    const short = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r' }[one];
    return short ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  })}"`;
const line = (text: string, stream = 'stdout', milliseconds = 0): string =>
  `{"log":${json(text)},"stream":"${stream}","time":"${new Date(1.79e12 + milliseconds).toISOString()}"}\n`;

async function search(logs: readonly string[], query: Partial<LogQuery>, limit = 1e6): Promise<{ count: number; numbers: number[]; times: number[] }> {
  await using all = await opened(logs);
  return await all.search(query, limit);
}
async function opened(logs: readonly string[]) {
  const indexes = logs.map((content, at) => {
    writeFileSync(join(directory, `${at}.log`), content);
    return new LogIndex(join(directory, `${at}.log`), pool);
  });
  await Promise.all(indexes.map((index) => index.refresh()));
  return {
    async search(query: Partial<LogQuery>, limit = 1e6, from: readonly number[] = []) {
      const all = { count: 0, numbers: [] as number[], times: [] as number[] };
      for await (const hits of searchLogs(pool, indexes, { ...EVERY, ...query }, { limit, from, signal: NEVER })) {
        all.count += hits.count;
        all.numbers.push(...linesIn(hits.lines, hits.from));
        let time = 0;
        for (const step of hits.times?.split(',') ?? []) if (step !== '') all.times.push((time += Number(step)) / 1000);
      }
      return all;
    },
    async [Symbol.asyncDispose]() {
      for (const index of indexes) await index[Symbol.asyncDispose]();
    },
  };
}
const found = async (texts: readonly string[], query: Partial<LogQuery>): Promise<number[]> =>
  (await search([texts.map((text) => line(`${text}\n`)).join('')], query)).numbers;

describe('searchLogs', () => {
  it('finds text in whatever case unless told otherwise', async () => {
    const texts = ['Connection refused', 'ok', 'connection REFUSED again', 'GRÖSSE ä'];
    expect(await found(texts, { text: 'connection ref' })).toEqual([0, 2]);
    expect(await found(texts, { text: 'Connection', isCaseSensitive: true })).toEqual([0]);
    expect(await found(texts, { text: 'größe' })).toEqual([]);
    expect(await found(texts, { text: 'RÖS' })).toEqual([3]);
    expect(await found(texts, { text: 'rös' })).toEqual([3]);
    expect(await found(texts, { text: 'Ä' })).toEqual([3]);
  });
  it('goes on from a line of each log, however its places and long lines lie, and counts no line before', async () => {
    const texts = Array.from({ length: 3000 }, (_, at) => `${at % 7 === 0 ? 'hit' : 'miss'} ${at}`);
    const long = json(`hit ${'y'.repeat(16_000)}`);
    const joined = texts.map((text, at) => (at % 500 === 3 ? line('hit ').replace('"hit "', long) : '') + line(`${text}\n`)).join('');
    await using all = await opened([texts.map((text) => line(`${text}\n`)).join(''), joined]);
    for (const query of [{ text: 'hit' }, { text: '^hit \\d', isRegex: true }, { text: '' }]) {
      const every = await all.search(query);
      const [first = 0] = [every.numbers.findIndex((number, at) => at > 0 && number < (every.numbers[at - 1] ?? 0))];
      for (const from of [
        [0, 0],
        [1, 700],
        [255, 2999],
        [2100, 256],
        [3000, 9000],
      ] as const) {
        const rest = await all.search(query, 1e6, from);
        const wanted = [
          ...every.numbers.slice(0, first).filter((number) => number >= from[0]),
          ...every.numbers.slice(first).filter((number) => number >= from[1]),
        ];
        expect(rest.numbers).toEqual(wanted);
        expect(rest.count).toBe(wanted.length);
        expect((await all.search(query, 0, from)).count).toBe(wanted.length);
      }
    }
  });
  it('does not find what only the form of the file holds', async () => {
    for (const text of ['log', 'stdout', 'stream', 'time', '2026', '"', '\\', 'n', 'u001b', '31m', '00'])
      expect(await found(['x', '\u001b[31m!\u001b[0m', '\t'], { text })).toEqual([]);
  });
  it('finds what is escaped in the file, and what colours interrupt', async () => {
    const texts = ['say "hi"', 'a\\b', '\u001b[31mer\u001b[1mror\u001b[0m here', 'x <tag> & y', 'tab\there', '\u001b]0;title\u0007plain', 'bar 50%\rbar 100%'];
    for (const [text, at] of [
      ['"hi"', 0],
      ['a\\b', 1],
      ['error here', 2],
      ['<TAG> &', 3],
      ['tab\th', 4],
      ['plain', 5],
      ['100%', 6],
    ] as const)
      expect(await found(texts, { text })).toEqual([at]);
    expect(await found(texts, { text: 'title' })).toEqual([]);
    expect(await found(texts, { text: '50%' })).toEqual([]);
  });
  it('takes patterns, on one line each', async () => {
    const texts = ['took 12 ms', 'took  ms', 'GET /a 500', 'id', 'x took 7 ms y'];
    expect(await found(texts, { text: '^took \\d+ ms$', isRegex: true })).toEqual([0]);
    expect(await found(texts, { text: 'TOOK.*\\d', isRegex: true })).toEqual([0, 4]);
    expect(await found(texts, { text: '^[a-z]+$', isRegex: true })).toEqual([3]);
    expect(await found(texts, { text: 'ms\\s+GET', isRegex: true })).toEqual([]);
    expect(await found(texts, { text: '^(id|GET)', isRegex: true, isCaseSensitive: true })).toEqual([2, 3]);
    await expect(found(texts, { text: '(', isRegex: true })).rejects.toMatchObject({
      kind: 'InvalidArgument',
      message: expect.stringContaining('query') as string,
    });
  });
  it('selects by stream, with and without a text', async () => {
    const log = line('a\n') + line('b\n', 'stderr') + line('ab\n', 'stderr');
    expect((await search([log], { stream: 'stderr' })).numbers).toEqual([1, 2]);
    expect((await search([log], { stream: 'stdout', text: 'b' })).numbers).toEqual([]);
    expect((await search([log], { stream: 'stderr', text: 'a' })).numbers).toEqual([2]);
  });
  it('numbers lines across blocks, and counts on beyond the limit', async () => {
    const log = Array.from({ length: 30_000 }, (_, at) => line(`${at} ${'.'.repeat(200)}${at % 1000 === 7 ? ' needle' : ''}\n`)).join('');
    expect((await search([log], { text: 'needle' })).numbers).toEqual(Array.from({ length: 30 }, (_, at) => at * 1000 + 7));
    const limited = await search([log], { text: '.' }, 10);
    expect([limited.count, limited.numbers]).toEqual([30_000, [...Array(10).keys()]]);
  });
  it('gives times where several logs are searched', async () => {
    const both = await search([line('hit\n', 'stdout', 5), line('no\n') + line('hit\n', 'stdout', 7)], { text: 'hit' });
    expect(both).toEqual({ count: 2, numbers: [0, 1], times: [1.79e12 + 5, 1.79e12 + 7] });
  });
  it('agrees with a search of each decoded line', async () => {
    const alphabet = fc.constantFrom('a', 'B', 'b', 'A', '"', '\\', 'é', 'É', '\t', '<', ' ', '1', '😀', '/', 'n', 'u');
    const text = fc.string({ unit: alphabet, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 1, maxLength: 30 }),
        fc.string({ unit: alphabet, minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (texts, needle, isCaseSensitive) => {
          const low = (one: string): string => (isCaseSensitive ? one : one.toLowerCase());
          const expected = texts.flatMap((one, at) => (low(one).includes(low(needle)) ? [at] : []));
          expect(await found(texts, { text: needle, isCaseSensitive })).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });
  it.each([...Array(3).keys()])(
    'agrees with a search of each line of a hostile log, of seed %i',
    async (seed) => {
      const random = new Random(seed);
      const next = (): number => random.next();
      const words = [
        'GET /a',
        'error',
        'Error',
        '200',
        ' 17 ms',
        '"q"',
        'a\\n',
        '\\',
        '\u001b[31m',
        '\u001b[0m',
        'ä',
        'É',
        '\u2028',
        '😀',
        '\ufffd',
        '\t',
        '\u0000',
        '\u007f',
        '<b>',
        '","stream":"std',
      ];
      const text = (): string =>
        Array.from({ length: random.below(8) }, () => random.pick(words)).join('') + (next() < 0.05 ? `x\ry${random.pick(words) ?? ''}` : '');
      const attributes = ',"attrs":{"a":"error","stream":"stdout 200"}';
      const all: { readonly text: string; readonly stream: 1 | 2 }[] = [];
      const log = Array.from({ length: 4000 }, (_, at) => {
        const one = next() < 0.002 ? 'z'.repeat(16_384 * 2 - 3) + text() : text();
        const stream = next() < 0.2 ? 2 : 1;
        const name = stream === 1 ? 'stdout' : 'stderr';
        all.push({ text: one, stream });
        if (one.length >= 16_384) return line(one.slice(0, 16_384), name, at) + line(`${one.slice(16_384)}\n`, name, at);
        const written = line(`${one}\n`, name, at);
        // With attributes; fields in another order; times of any length.
        if (next() < 0.1) return written.replace(',"time"', () => `${attributes},"time"`);
        if (next() < 0.02) return `{"time":"x","stream":"${name}","log":${json(`${one}\n`)}}\n`;
        return next() < 0.5 ? written.replace('Z"}', `${random.below(1e6)}Z"}`) : written;
      }).join('');
      const queries: Partial<LogQuery>[] = [
        'error',
        ' 17 ms',
        'a',
        '00',
        'É',
        '"',
        '\\',
        'n',
        '20',
        'std',
        'z200',
        'q"a',
        '\t',
        '\u2028',
        '<B>',
        '😀',
        'log',
        '\ufffd',
      ].map((one) => ({ text: one }));
      for (const one of ['\\d+ ms$', '^GET', '(GET|POST) /a.*2\\d\\d', 'e(r+)or|ä', '^$', '[^a-z]$', 'zx?y?200', '\\\\n', '\\s', '"q"+'])
        queries.push({ text: one, isRegex: true });
      await using whole = await opened([log]);
      for (const query of queries.flatMap((one) => [one, { ...one, isCaseSensitive: true }, { ...one, stream: 'stderr' as const }])) {
        const { text: wanted = '', isRegex, isCaseSensitive, stream } = query;
        const pattern = new RegExp(isRegex === true ? wanted : wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), isCaseSensitive === true ? '' : 'i');
        const expected = all.flatMap((one, at) => (pattern.test(plainText(one.text)) && (stream === undefined || one.stream === 2) ? [at] : []));
        expect(await whole.search(query), JSON.stringify(query)).toEqual({ count: expected.length, numbers: expected, times: [] });
      }
    },
    60_000,
  );
  it('gives a pattern up that takes too long, and goes on working', { timeout: 30_000 }, async () => {
    const evil = `${'a'.repeat(60)}!`;
    await expect(found([evil], { text: '^(a+)+$', isRegex: true })).rejects.toMatchObject({ kind: 'TimedOut' });
    expect(await found(['fine'], { text: 'fine' })).toEqual([0]);
  });
  it('finds what lies across the pieces of a long line, once, and numbers the lines after it', async () => {
    const long = `${line('x'.repeat(16_380).concat('need'))}${line(`le${'y'.repeat(16_382)}`)}${line('needle again\n')}`;
    const plain = Array.from({ length: 700 }, (_, at) => line(`${at} ${at % 100 === 0 ? 'needle' : ''}\n`)).join('');
    const log = plain + long + line('needle\n', 'stderr') + plain;
    const every = [...Array(7).keys()].map((at) => at * 100);
    expect((await search([log], { text: 'Needle' })).numbers).toEqual([...every, 700, 701, ...every.map((at) => 702 + at)]);
    expect((await search([log], { text: 'x{3}needle', isRegex: true })).numbers).toEqual([700]);
    expect((await search([log], { text: 'needle', stream: 'stderr' })).numbers).toEqual([701]);
    expect(await search([log], {}, 10)).toMatchObject({ count: 1402, numbers: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] });
    expect((await search([log, plain], { text: 'xneedle' })).times).toEqual([1.79e12]);
  });
  it('has its threads before it is asked, for as long as somebody holds them', async () => {
    await using own = new ScanPool(3);
    expect(own.threads).toBe(0);
    using _first = own.hold();
    using _second = own.hold();
    expect(own.threads).toBe(3);
    writeFileSync(join(directory, 'x.log'), line('held\n'));
    await using index = new LogIndex(join(directory, 'x.log'), own);
    await index.refresh();
    for await (const hits of searchLogs(own, [index], { ...EVERY, text: 'held' }, { limit: 1, signal: NEVER })) expect(hits.lines).toBe('0');
    expect(own.threads).toBe(3);
  });
  it('ends with what there was when it began, however the log grows', async () => {
    const path = join(directory, 'grows.log');
    const some = line(`${'y'.repeat(100)}\n`).repeat(200_000);
    writeFileSync(path, some);
    await using own = new ScanPool(1);
    await using index = new LogIndex(path, own);
    await index.refresh();
    let to = 0;
    for await (const hits of searchLogs(own, [index], { ...EVERY, text: 'none' }, { limit: 1, signal: NEVER })) {
      to = hits.to;
      if (to > 200_000) break;
      appendFileSync(path, some);
      await index.refresh();
    }
    expect(to).toBe(200_000);
    expect(index.end).toBeGreaterThan(300_000);
  });
  it('ends with its signal', async () => {
    writeFileSync(join(directory, 'x.log'), line(`${'a'.repeat(60)}!\n`));
    await using index = new LogIndex(join(directory, 'x.log'), pool);
    await index.refresh();
    const gone = new AbortController();
    const hits = searchLogs(pool, [index], { ...EVERY, text: '^(a+)+$', isRegex: true }, { limit: 1, signal: gone.signal });
    const first = hits.next();
    gone.abort(new Error('client is gone'));
    await expect(first).rejects.toThrow('client is gone');
  });
});

describe('requiredLiteral', () => {
  it.each([
    ['timeout \\d+ms', 'timeout '],
    ['colou?r', 'colo'],
    ['a|bcd', ''],
    ['(abc)?de', 'de'],
    ['[abc]xyz+', 'xyz'],
    ['a\\.b\\.com', 'a.b.com'],
    ['fo{2}', 'f'],
    ['^\\s*$', ''],
    ['ab\\x41cd', 'ab'],
  ])('of %s is %j', (source, literal) => expect(requiredLiteral(source)).toBe(literal));
});
