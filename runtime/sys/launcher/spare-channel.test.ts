import { describe, expect, it, vi } from 'vitest';
import type { FrameChannel } from './frame-channel.ts';
import { SpareChannel } from './spare-channel.ts';

function spareOf() {
  const closed: number[] = [];
  let made = 0;
  const spare = new SpareChannel(() => {
    const number = ++made;
    return Promise.resolve({ number, close: () => closed.push(number) } as unknown as FrameChannel);
  });
  return { spare, closed, made: () => made };
}

describe('a connection made ahead', () => {
  it('is made once and belongs to the first who takes it', async () => {
    const { spare, closed, made } = spareOf();
    expect(await spare.take()).toBeNull();
    spare.open();
    spare.open();
    expect(await spare.take()).toMatchObject({ number: 1 });
    expect(await spare.take()).toBeNull();
    spare.drop();
    expect([made(), closed]).toEqual([1, []]);
  });

  it('is closed when nobody comes, and when it is given up', async () => {
    vi.useFakeTimers();
    const { spare, closed } = spareOf();
    spare.open();
    await vi.advanceTimersByTimeAsync(1000);
    expect(closed).toEqual([1]);
    spare.open();
    spare.drop();
    await vi.advanceTimersByTimeAsync(0);
    expect(closed).toEqual([1, 2]);
    vi.useRealTimers();
  });

  it('is none when it cannot be made', async () => {
    const spare = new SpareChannel(() => Promise.reject(new Error('nobody listens')));
    spare.open();
    expect(await spare.take()).toBeNull();
  });
});
