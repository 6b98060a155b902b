import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { FrameChannel } from './frame-channel.ts';
import { encodeFrame, type Frame, FrameType } from './frames.ts';

it('keeps output that comes before the word that its process runs', async () => {
  const socket = new PassThrough();
  const channel = new FrameChannel(socket as unknown as Socket);
  const started = channel.next(FrameType.execStarted);
  const frames = [
    [FrameType.stdout, 'one'],
    [FrameType.stderr, 'two'],
    [FrameType.execStarted, ''],
    [FrameType.stdout, 'three'],
  ] as const;
  socket.write(Buffer.concat(frames.map(([type, text]) => encodeFrame(type, Buffer.from(text)))));
  expect((await started).type).toBe(FrameType.execStarted);
  const seen: Frame[] = [];
  channel.handle((frame) => void seen.push(frame));
  expect(seen.map(({ payload }) => payload.toString())).toEqual(['one', 'two', 'three']);
});
