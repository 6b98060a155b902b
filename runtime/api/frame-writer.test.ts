import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FrameDecoder } from '../formats/docker/raw-stream.ts';
import { type ByteSink, FrameWriter } from './frame-writer.ts';

class Recorder implements ByteSink {
  readonly writes: Uint8Array[] = [];
  takes = true;
  write(data: Uint8Array): boolean {
    this.writes.push(data);
    return this.takes;
  }
  drained(): Promise<void> {
    this.takes = true;
    return Promise.resolve();
  }
}

describe('frame writer', () => {
  it('joins what comes together and sends it when the producer pauses', async () => {
    const sink = new Recorder();
    const writer = new FrameWriter(sink, true);
    for (let at = 0; at < 100; at++) writer.push(1, Buffer.from(`line ${at}\n`));
    expect(sink.writes).toHaveLength(0);
    await nextTurn();
    expect(sink.writes).toHaveLength(1);
  });

  it('keeps order and bytes over block borders and for pieces larger than a block', () => {
    const sink = new Recorder();
    const writer = new FrameWriter(sink, true);
    const sizes = [10, 60_000, 10_000, 200_000, 1, 65_528, 65_529, 0, 7];
    let value = 0;
    const expected: Buffer[] = [];
    for (const size of sizes) {
      const data = Buffer.from(Array.from({ length: size }, () => value++ & 255));
      expected.push(data);
      writer.push(size % 2 === 0 ? 1 : 2, data);
    }
    writer.flush();
    const decoder = new FrameDecoder();
    const pieces = sink.writes.flatMap((write) => [...decoder.push(write)]);
    expect(Buffer.concat(pieces.map((piece) => piece.data)).equals(Buffer.concat(expected))).toBe(true);
    expect(decoder.atBoundary).toBe(true);
  });

  it('sends a terminal without frames', () => {
    const sink = new Recorder();
    const writer = new FrameWriter(sink, false);
    writer.push(1, Buffer.from('a'));
    writer.push(1, Buffer.from('b'));
    writer.flush();
    expect(Buffer.concat(sink.writes).toString()).toBe('ab');
  });

  it('says when the sink is full until it has drained', async () => {
    const sink = new Recorder();
    sink.takes = false;
    const writer = new FrameWriter(sink, false);
    expect(writer.push(1, new Uint8Array(100_000))).toBe(false);
    await writer.drained();
    expect(writer.push(1, new Uint8Array(1))).toBe(true);
    writer.flush();
  });
});
