import { randomBytes } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZstdFrames } from './zstd-frames.ts';

const { ZSTD_c_checksumFlag, ZSTD_c_contentSizeFlag, ZSTD_c_compressionLevel } = constants;

function skippable(bytes: Buffer, nibble = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a50 + nibble);
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

const packed = (content: Buffer, params: Record<number, number> = {}): Buffer => zstdCompressSync(content, { params });

const FRAMES: readonly (readonly [string, Buffer])[] = [
  ['nothing', packed(Buffer.alloc(0))],
  ['a byte', packed(Buffer.from('x'))],
  ['a repeated byte', packed(Buffer.alloc(300_000, 'a'))],
  ['bytes that cannot be packed', packed(randomBytes(300_000))],
  ['text of 300 bytes', packed(Buffer.alloc(300, 'a line of text\n'))],
  ['text of 70,000 bytes with a checksum', packed(Buffer.alloc(70_000, 'a line of text\n'), { [ZSTD_c_checksumFlag]: 1 })],
  ['no size', packed(Buffer.alloc(70_000, 'another\n'), { [ZSTD_c_contentSizeFlag]: 0, [ZSTD_c_checksumFlag]: 1 })],
  ['a high level', packed(randomBytes(2000), { [ZSTD_c_compressionLevel]: 19 })],
  ['nothing to read', skippable(Buffer.alloc(0))],
  ['something to skip', skippable(randomBytes(400), 15)],
];

describe('zstd data is cut where frames end', () => {
  it.each(FRAMES)('after %s', (_, frame) => {
    const frames = new ZstdFrames();
    expect([...frames.split(Buffer.concat([frame, frame]))].map((piece) => piece.length)).toEqual([frame.length, frame.length]);
  });

  it('whatever pieces it comes in, and nothing is lost', () => {
    const anyFrames = fc.array(fc.constantFrom(...FRAMES.map(([, frame]) => frame)), { maxLength: 6 });
    fc.assert(
      fc.property(anyFrames, fc.integer({ min: 1, max: 5000 }), (chosen, size) => {
        const all = Buffer.concat(chosen);
        const ends = new Set(chosen.map((_, index) => Buffer.concat(chosen.slice(0, index + 1)).length));
        const frames = new ZstdFrames();
        const seen = new Set<number>();
        const pieces: Buffer[] = [];
        let at = 0;
        for (let begin = 0; begin < all.length; begin += size) {
          for (const piece of frames.split(all.subarray(begin, begin + size))) {
            pieces.push(piece);
            at += piece.length;
            seen.add(at);
          }
        }
        expect(Buffer.concat(pieces).equals(all)).toBe(true);
        expect([...ends].filter((end) => !seen.has(end))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('and what is none is passed on, also after a frame', () => {
    const [, [, frame] = ['', Buffer.alloc(0)]] = FRAMES;
    const junk = Buffer.from('no frame at all');
    expect([...new ZstdFrames().split(junk)]).toEqual([junk]);
    expect([...new ZstdFrames().split(Buffer.concat([frame, junk]))]).toEqual([frame, junk]);
    expect([...new ZstdFrames().split(Buffer.alloc(0))]).toEqual([]);
  });
});
