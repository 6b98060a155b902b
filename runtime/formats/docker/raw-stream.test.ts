import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder, type StreamNumber } from './raw-stream.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('multiplexed stream', () => {
  it('writes the header as documented', () => {
    expect([...encodeFrame(2, bytes('hé'))]).toEqual([2, 0, 0, 0, 0, 0, 0, 3, 104, 195, 169]);
  });

  it('gives back what was put in, wherever the bytes are cut', () => {
    const frame = fc.record({ stream: fc.constantFrom<StreamNumber>(1, 2), data: fc.uint8Array({ maxLength: 50 }) });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.integer({ min: 1, max: 20 }), (frames, step) => {
        const whole = Buffer.concat(frames.map(({ stream, data }) => encodeFrame(stream, data)));
        const decoder = new FrameDecoder();
        const seen: Record<number, number[]> = { 1: [], 2: [] };
        for (let at = 0; at < whole.length; at += step) {
          for (const piece of decoder.push(whole.subarray(at, at + step))) seen[piece.stream]?.push(...piece.data);
        }
        for (const stream of [1, 2]) expect(seen[stream]).toEqual(frames.filter((one) => one.stream === stream).flatMap((one) => [...one.data]));
        expect(decoder.atBoundary).toBe(true);
      }),
    );
  });

  it('refuses bytes that are no frames', () => {
    expect(() => [...new FrameDecoder().push(bytes('hello world'))]).toThrow('unknown stream number 104');
  });

  it('knows that a frame was cut', () => {
    const decoder = new FrameDecoder();
    expect([...decoder.push(encodeFrame(1, bytes('abc')).subarray(0, 9))].map((piece) => piece.data.length)).toEqual([1]);
    expect(decoder.atBoundary).toBe(false);
  });
});
