import { describe, expect, it } from 'vitest';
import { isClose, isFailure, isResult, partialBackend, wire } from '../testkit/port-pair.ts';
import { INITIAL_CREDIT } from './contract.ts';
import { ShellError } from './failure.ts';

describe('requests', () => {
  it('runs the backend with checked parameters and returns its value', async () => {
    const page = wire(partialBackend({ requests: { 'container.inspect': ({ id }) => Promise.resolve({ Id: id }) } }));
    page.say({ type: 'request', id: 7, name: 'container.inspect', params: { id: 'abc' } });
    expect(await page.expect(isResult)).toEqual({ type: 'result', id: 7, value: { Id: 'abc' } });
  });

  it.each([
    ['an unknown name', 'container.explode', {}, 'no such request: container.explode'],
    ['a name that every object has', 'constructor', {}, 'no such request: constructor'],
    ['a missing parameter', 'container.inspect', {}, 'container.inspect: id:'],
    ['an unknown parameter', 'container.inspect', { id: 'a', path: '/etc' }, 'Unrecognized key'],
  ])('refuses %s', async (_case, name, params, words) => {
    const page = wire(partialBackend({}));
    page.say({ type: 'request', id: 1, name, params });
    const { failure } = (await page.expect(isFailure)) as { failure: { message: string } };
    expect(failure.message).toContain(words);
  });

  it('passes the status and words of a failure on', async () => {
    const page = wire(partialBackend({ requests: { 'settings.read': () => Promise.reject(new ShellError('No such container: x', 404)) } }));
    page.say({ type: 'request', id: 1, name: 'settings.read', params: {} });
    expect(await page.expect(isFailure)).toEqual({ type: 'failure', id: 1, failure: { message: 'No such container: x', status: 404 } });
  });

  it.each([['text'], [null], [{ type: 'request', id: 0, name: 'settings.read', params: {} }], [{ type: 'shout', id: 1 }]])(
    'ends the connection at %j, which is not of the protocol',
    (message) => {
      const page = wire(partialBackend({}));
      page.say(message);
      expect(page.closed()).toBe(true);
    },
  );
});

describe('streams', () => {
  it('sends no more than the page has credit for, and goes on when credit comes', async () => {
    let sent = 0;
    const backend = partialBackend({
      streams: {
        'logs.follow': async (_params, stream) => {
          for (; sent < INITIAL_CREDIT + 5; sent++) await stream.send({ epoch: 'a', first: 0, end: sent, lines: [] });
        },
      },
    });
    const page = wire(backend);
    page.say({ type: 'open', id: 3, name: 'logs.follow', params: { ids: ['a'], tail: 1 } });
    await settle();
    expect([page.sent.length, sent]).toEqual([INITIAL_CREDIT, INITIAL_CREDIT]);
    page.say({ type: 'credit', id: 3, count: 5 });
    expect(await page.expect(isClose)).toEqual({ type: 'close', id: 3, failure: null });
    expect(page.sent.filter(({ type }) => type === 'data')).toHaveLength(INITIAL_CREDIT + 5);
  });

  it('gives the page credit back as its data is used, and not before', async () => {
    const gate = Promise.withResolvers<void>();
    const backend = partialBackend({
      streams: {
        'image.load': async (_params, stream) => {
          await gate.promise;
          for await (const input of stream.inputs) if (!(input instanceof Uint8Array)) return;
        },
      },
    });
    const page = wire(backend);
    page.say({ type: 'open', id: 1, name: 'image.load', params: { name: 'a.tar', size: 0 } });
    for (let count = 0; count < INITIAL_CREDIT; count++) page.say({ type: 'data', id: 1, value: new Uint8Array(10) });
    await settle();
    expect(page.sent).toEqual([]);
    gate.resolve();
    await settle();
    expect(page.sent.reduce((sum, message) => sum + (message.type === 'credit' ? message.count : 0), 0)).toBe(INITIAL_CREDIT);
    page.say({ type: 'data', id: 1, value: { end: true } });
    expect(await page.expect(isClose)).toEqual({ type: 'close', id: 1, failure: null });
  });

  it('uses what the page sent before it closed the stream', async () => {
    const used: number[] = [];
    const done = Promise.withResolvers<void>();
    const page = wire(
      partialBackend({
        streams: {
          'image.load': async (_params, stream) => {
            for await (const input of stream.inputs) {
              await settle();
              used.push(input instanceof Uint8Array ? (input[0] ?? 0) : -1);
            }
            done.resolve();
          },
        },
      }),
    );
    page.say({ type: 'open', id: 1, name: 'image.load', params: { name: 'a.tar', size: 0 } });
    for (const value of [1, 2, 3]) page.say({ type: 'data', id: 1, value: Uint8Array.of(value) });
    page.say({ type: 'close', id: 1 });
    await done.promise;
    expect(used).toEqual([1, 2, 3]);
  });

  it('closes a stream whose page sends more than it has credit for', async () => {
    const page = wire(partialBackend({ streams: { 'image.load': () => new Promise(() => undefined) } }));
    page.say({ type: 'open', id: 1, name: 'image.load', params: { name: 'a.tar', size: 0 } });
    for (let count = 0; count <= INITIAL_CREDIT; count++) page.say({ type: 'data', id: 1, value: new Uint8Array(1) });
    expect(await page.expect(isClose)).toEqual({ type: 'close', id: 1, failure: { message: 'more data than there was credit for', status: 400 } });
  });

  it('closes a stream that is sent what it does not take', async () => {
    const page = wire(partialBackend({ streams: { feed: () => new Promise(() => undefined) } }));
    page.say({ type: 'open', id: 1, name: 'feed', params: {} });
    page.say({ type: 'data', id: 1, value: 'x' });
    expect(await page.expect(isClose)).toMatchObject({ failure: { status: 400 } });
  });

  it('cancels the work when the page closes the stream, and says nothing more about it', async () => {
    const cancelled = Promise.withResolvers<void>();
    const backend = partialBackend({
      streams: {
        feed: async (_params, stream) => {
          stream.signal.addEventListener('abort', () => cancelled.resolve());
          for (;;) await stream.send({ seq: 1, changes: [] });
        },
      },
    });
    const page = wire(backend);
    page.say({ type: 'open', id: 1, name: 'feed', params: {} });
    await settle();
    const before = page.sent.length;
    page.say({ type: 'close', id: 1 });
    await cancelled.promise;
    page.say({ type: 'credit', id: 1, count: 10 });
    await settle();
    expect(page.sent).toHaveLength(before);
  });

  it('cancels every stream when the page goes away', async () => {
    let cancelled = 0;
    const feed = (_params: unknown, stream: { signal: AbortSignal }) =>
      new Promise<void>((resolve) =>
        stream.signal.addEventListener('abort', () => {
          cancelled++;
          resolve();
        }),
      );
    const page = wire(partialBackend({ streams: { feed } }));
    for (const id of [1, 2, 3]) page.say({ type: 'open', id, name: 'feed', params: {} });
    page.hangUp();
    await settle();
    expect([cancelled, page.sent]).toEqual([3, []]);
  });

  it('tells why a stream ended', async () => {
    const page = wire(partialBackend({ streams: { feed: () => Promise.reject(new ShellError('the engine is not running')) } }));
    page.say({ type: 'open', id: 9, name: 'feed', params: {} });
    expect(await page.expect(isClose)).toEqual({ type: 'close', id: 9, failure: { message: 'the engine is not running', status: 0 } });
  });

  it('refuses more streams than a page may have', async () => {
    const page = wire(partialBackend({ streams: { feed: () => new Promise(() => undefined) } }));
    for (let id = 1; id <= 257; id++) page.say({ type: 'open', id, name: 'feed', params: {} });
    expect(await page.expect(isClose)).toMatchObject({ id: 257, failure: { status: 429 } });
  });
});

/** Long enough for everything that waits for nothing outside. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
