import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PieceJoiner } from './join-pieces.ts';
import { endsLine, LineForm, LineParser, ParsedEntry } from './parse-line.ts';

const PLAIN = new LineForm('');
const parse = (text: string) => {
  const block = Buffer.from(`junk${text}`);
  return new LineParser(PLAIN).parse(block, 4, block.length);
};
const line = (log: string, stream = 'stdout', time = '2026-11-21T04:22:44.123456789Z') =>
  `{"log":${JSON.stringify(log)},"stream":"${stream}","time":"${time}"}`;

describe('LineParser', () => {
  it('reads message, stream and time', () => {
    const entry = parse(line('hello\n', 'stderr'));
    expect(entry?.stream).toBe(2);
    expect(Buffer.from(entry?.data ?? []).toString()).toBe('hello\n');
    expect(entry?.timeNano).toBe(1795234964123456789n);
  });

  it.each([
    ['2026-11-21T04:22:44Z', 1795234964000000000n],
    ['2026-11-21T04:22:44.5Z', 1795234964500000000n],
    ['2026-11-21T04:22:44.000000001Z', 1795234964000000001n],
  ])('reads the time %s', (time, nanoseconds) => {
    expect(parse(line('x\n', 'stdout', time))?.timeNano).toBe(nanoseconds);
  });

  it('decodes whatever JSON.stringify encodes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const wellFormed = text.toWellFormed();
        expect(Buffer.from(parse(line(wellFormed))?.data ?? []).toString()).toBe(wellFormed);
      }),
    );
  });

  it('decodes escapes other writers use', () => {
    const entry = parse('{"log":"\\u003c\\u00e9\\ud83d\\ude00\\ud800x\\/","stream":"stdout","time":"2026-11-21T04:22:44Z"}');
    expect(Buffer.from(entry?.data ?? []).toString()).toBe('<é😀\ufffdx/');
  });

  it('is not fooled by a message that looks like the fields after it', () => {
    const text = '","stream":"stderr","time":"2026-11-21T04:22:44Z"}\n';
    const entry = parse(line(text));
    expect(entry?.stream).toBe(1);
    expect(Buffer.from(entry?.data ?? []).toString()).toBe(text);
  });

  it('reads fields in another order and with more of them', () => {
    const entry = parse('{"stream":"stderr","log":"a\\n","attrs":{"x":"y"},"time":"2026-11-21T04:22:44.25Z"}');
    expect(entry).toMatchObject({ stream: 2, nanoseconds: 250_000_000 });
  });

  it.each([
    '',
    '{}',
    'x',
    '{"log":"a',
    '{"log":"a","stream":"stdin","time":"2026-11-21T04:22:44Z"}',
    '{"log":"\\q","stream":"stdout","time":"2026-11-21T04:22:44Z"}',
    line('a', 'stdout', 'never'),
    '\0\0\0\0',
  ])('answers null for %j', (text) => {
    expect(parse(text)).toBeNull();
  });

  it('never throws on changed lines', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(80), fc.uint8Array({ maxLength: 4 }), (text, at, bytes) => {
        const block = Buffer.from(line(text));
        block.set(bytes.subarray(0, Math.max(0, block.length - at)), Math.min(at, block.length));
        new LineParser(PLAIN).parse(block, 0, block.length);
      }),
    );
  });
});

describe('endsLine', () => {
  it('tells a whole line from a piece', () => {
    const whole = Buffer.from(line('a\n'));
    const piece = Buffer.from(line('a'));
    expect(endsLine(PLAIN, whole, 0, whole.length)).toBe(true);
    expect(endsLine(PLAIN, piece, 0, piece.length)).toBe(false);
  });
});

describe('PieceJoiner', () => {
  const entry = (text: string, stream: 1 | 2 = 1, seconds = 1) => new ParsedEntry(stream, Buffer.from(text), seconds, 0);

  it('joins the pieces of each stream with the time of the first', () => {
    const joiner = new PieceJoiner();
    expect(joiner.add(entry('a', 1, 1))).toBeNull();
    expect(joiner.add(entry('x', 2, 2))).toBeNull();
    expect(joiner.add(entry('b\n', 1, 3))).toMatchObject({ seconds: 1, data: Buffer.from('ab\n') });
    expect(joiner.flush()).toMatchObject([{ stream: 2, data: Buffer.from('x') }]);
    expect(joiner.flush()).toEqual([]);
  });

  it('gives up joining a line without end', () => {
    const joiner = new PieceJoiner();
    const piece = 'p'.repeat(16_384);
    const results = Array.from({ length: 64 }, () => joiner.add(entry(piece)));
    expect(results.findIndex((result) => result !== null)).toBe(63);
  });
});
