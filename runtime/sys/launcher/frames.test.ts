import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, type Frame, FrameParser, FrameType } from './frames.ts';

/** Pieces of one output frame put together again, so that frames compare whatever the cuts were. */
function join(frames: readonly Frame[]): { type: number; text: string }[] {
  const joined: { type: number; text: string }[] = [];
  for (const { type, payload } of frames) {
    const last = joined.at(-1);
    if (last?.type === type && (type === FrameType.stdout || type === FrameType.stderr)) last.text += payload.toString('hex');
    else if (payload.length > 0 || type > 2) joined.push({ type, text: payload.toString('hex') });
  }
  return joined;
}

const frame = fc.record({
  type: fc.constantFrom(...Object.values(FrameType)),
  payload: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

describe('frames', () => {
  it('begin with the header of Docker streams', () => {
    expect(encodeFrame(FrameType.stderr, Buffer.from('ab'))).toEqual(Buffer.from([2, 0, 0, 0, 0, 0, 0, 2, 0x61, 0x62]));
    expect(encodeFrame(FrameType.end)).toEqual(Buffer.from([33, 0, 0, 0, 0, 0, 0, 0]));
  });

  it('come out as they went in, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(({ type, payload }) => encodeFrame(type, payload)));
        const parser = new FrameParser();
        const got: Frame[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const size = cuts[turn % cuts.length] ?? 1;
          got.push(...parser.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(join(got)).toEqual(join(sent));
      }),
    );
  });

  it('pass output on before the whole of it is there', () => {
    const parser = new FrameParser();
    const bytes = encodeFrame(FrameType.stdout, Buffer.alloc(1000, 'x'));
    expect(parser.push(bytes.subarray(0, 10)).map(({ payload }) => payload.toString())).toEqual(['xx']);
    expect(parser.push(bytes.subarray(10)).map(({ payload }) => payload.length)).toEqual([998]);
  });

  it('keep a control frame until it is complete, and refuse one that is too large to keep', () => {
    const parser = new FrameParser();
    const bytes = encodeFrame(FrameType.exit, Buffer.alloc(20));
    expect(parser.push(bytes.subarray(0, 27))).toEqual([]);
    expect(parser.push(bytes.subarray(27))).toEqual([{ type: FrameType.exit, payload: Buffer.alloc(20) }]);
    expect(() => new FrameParser().push(Buffer.from([FrameType.result, 0, 0, 0, 0, 1, 0, 1]))).toThrow(RangeError);
  });
});
