import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';

describe('ByteWriter', () => {
  it('writes numbers little-endian', () => {
    expect(new ByteWriter().u8(1).u16(0x0203).u32(0x04050607).i32(-2).u64(0x08090a0b0c0d0e0fn).finish().toString('hex')).toBe(
      '01030207060504feffffff0f0e0d0c0b0a0908',
    );
  });

  it('writes strings as size, UTF-8 and a NUL', () => {
    expect(new ByteWriter().string('é').string('').finish()).toEqual(Buffer.from([2, 0, 0, 0, 0xc3, 0xa9, 0, 0, 0, 0, 0, 0]));
  });

  it('puts the size in front of what a body writes, whatever it grows to', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), fc.string({ maxLength: 50 }), (bytes, text) => {
        const clean = text.replaceAll('\0', '');
        const writer = new ByteWriter().u8(7);
        const written = writer.sized(() => void writer.bytes(bytes).string(clean)).finish();
        expect(written.readUInt32LE(1)).toBe(written.length - 5);
        expect(written.readUInt32LE(5)).toBe(bytes.length);
        expect(Buffer.compare(written.subarray(9, 9 + bytes.length), bytes)).toBe(0);
        expect(written.toString('utf8', 13 + bytes.length, written.length - 1)).toBe(Buffer.from(clean).toString());
      }),
    );
  });

  it('refuses what C would see differently', () => {
    expect(() => new ByteWriter().string('/bin\0/x')).toThrow(RangeError);
    expect(() => new ByteWriter().u8(256)).toThrow(RangeError);
    expect(() => new ByteWriter().u16(-1)).toThrow(RangeError);
    expect(() => new ByteWriter().u32(2 ** 32)).toThrow(RangeError);
    expect(() => new ByteWriter().u64(-1n)).toThrow(RangeError);
  });
});
