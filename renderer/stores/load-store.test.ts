import { describe, expect, it, vi } from 'vitest';
import { RequestError } from '../engine/transport.ts';
import { t } from '../strings/t.ts';
import { FakeTransport } from '../testkit/fake-transport.ts';
import { createLoadStore } from './load-store.ts';

const PATIENCE = { timeout: 20_000 };

const archive = (name: string, size: number) => ({ name, size, stream: () => new Blob([new Uint8Array(size)]).stream() });
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('loading archives', () => {
  it('sends the bytes in pieces and then the end', async () => {
    const transport = new FakeTransport();
    const store = createLoadStore(transport);
    store.add([archive('a.tar', 700_000)]);
    await vi.waitFor(() => expect(transport.stream('image.load').received.at(-1)).toEqual({ end: true }), PATIENCE);
    const { params, received } = transport.stream('image.load');
    const sizes = received.flatMap((value) => (value instanceof Uint8Array ? [value.length] : []));
    expect(params).toEqual({ name: 'a.tar', size: 700_000 });
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(700_000);
    expect(store.getState().tasks[0]).toMatchObject({ state: 'running', current: 700_000, total: 700_000 });
    transport.stream('image.load').push({ phase: 'Unpacking', current: 5, total: 10 });
    expect(store.getState().tasks[0]).toMatchObject({ phase: 'Unpacking', current: 5, total: 10 });
    transport.stream('image.load').push({ loaded: ['web:1'] });
    expect(store.getState().tasks[0]).toMatchObject({ state: 'done', loaded: ['web:1'] });
  });

  it('loads one after another, and goes on after a failure', async () => {
    const transport = new FakeTransport();
    const store = createLoadStore(transport);
    store.add([archive('a.tar', 10), archive('b.tar', 10)]);
    await settle();
    expect(transport.streams).toHaveLength(1);
    transport.stream('image.load').end(new RequestError('unexpected end of the archive', 400));
    await expect
      .poll(() => store.getState().tasks.map(({ state, error }) => [state, error]))
      .toEqual([
        ['failed', 'unexpected end of the archive'],
        ['running', ''],
      ]);
    expect(transport.stream('image.load').params).toMatchObject({ name: 'b.tar' });
  });

  it('cancels what runs by closing the stream, and what waits without opening one', async () => {
    const transport = new FakeTransport();
    const store = createLoadStore(transport);
    store.add([archive('a.tar', 10), archive('b.tar', 10)]);
    await settle();
    const [first, second] = store.getState().tasks;
    store.cancel(second?.id ?? 0);
    store.cancel(first?.id ?? 0);
    await expect.poll(() => store.getState().tasks.map(({ state }) => state)).toEqual(['canceled', 'canceled']);
    await expect.poll(() => transport.streams.map(({ closed }) => closed)).toEqual([true]);
    store.dismiss(first?.id ?? 0);
    expect(store.getState().tasks).toHaveLength(1);
  });

  it('fails in our words when it is a folder, or the file can no longer be read', async () => {
    const transport = new FakeTransport();
    const store = createLoadStore(transport);
    const broken = () => new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new TypeError('network error')) });
    store.add([{ name: 'a.tar', size: 10, stream: broken }]);
    await expect.poll(() => store.getState().tasks[0]).toMatchObject({ state: 'failed', error: t.files.unreadable });
    await expect.poll(() => transport.streams[0]?.closed).toBe(true);
  });
});
