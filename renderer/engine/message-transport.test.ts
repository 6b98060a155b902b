import { describe, expect, it } from 'vitest';
import type { ClientMessage } from '../../electron/ipc/contract.ts';
import { MessageTransport } from './message-transport.ts';
import { RequestError } from './transport.ts';

const CREDIT = 32;
const LOGS = { ids: ['a'], tail: 1 };

function attached() {
  const transport = new MessageTransport();
  const sent: ClientMessage[] = [];
  transport.attach((message) => sent.push(message));
  return { transport, sent };
}

function ignore() {
  return { onData: () => undefined, onClose: () => undefined };
}

describe('requests', () => {
  it('match answers to questions whatever their order', async () => {
    const { transport, sent } = attached();
    const first = transport.request('container.inspect', { id: 'a' });
    const second = transport.request('container.inspect', { id: 'b' });
    expect(sent).toEqual([
      { type: 'request', id: 1, name: 'container.inspect', params: { id: 'a' } },
      { type: 'request', id: 2, name: 'container.inspect', params: { id: 'b' } },
    ]);
    transport.receive({ type: 'result', id: 2, value: 'B' });
    transport.receive({ type: 'result', id: 1, value: 'A' });
    expect(await Promise.all([first, second])).toEqual(['A', 'B']);
  });

  it('fail with the words and status of the other side', async () => {
    const { transport } = attached();
    const answer = transport.request('container.inspect', { id: 'a' });
    transport.receive({ type: 'failure', id: 1, failure: { message: 'No such container: a', status: 404 } });
    await expect(answer).rejects.toMatchObject({ name: 'RequestError', message: 'No such container: a', status: 404 });
  });

  it('wait for a carrier, and fail when it is lost', async () => {
    const transport = new MessageTransport();
    const answer = transport.request('settings.read', {});
    const sent: ClientMessage[] = [];
    transport.attach((message) => sent.push(message));
    expect(sent).toHaveLength(1);
    transport.detach(new RequestError('lost', 0));
    await expect(answer).rejects.toThrow('lost');
    const later: ClientMessage[] = [];
    transport.attach((message) => later.push(message));
    expect(later).toEqual([]);
  });

  it('fail at once after a refusal', async () => {
    const { transport } = attached();
    transport.refuse(new RequestError('denied', 401));
    await expect(transport.request('settings.read', {})).rejects.toThrow('denied');
    const closed = await new Promise((resolve) => transport.open('feed', {}, { onData: () => undefined, onClose: resolve }));
    expect(closed).toMatchObject({ message: 'denied', status: 401 });
  });
});

describe('streams', () => {
  it('give credit when the work on a message has settled, in batches', async () => {
    const { transport, sent } = attached();
    const works: PromiseWithResolvers<void>[] = [];
    transport.open('logs.follow', LOGS, { onClose: () => undefined, onData: () => (works.push(Promise.withResolvers()), works.at(-1)?.promise) });
    for (let count = 0; count < CREDIT; count++) transport.receive({ type: 'data', id: 1, value: { epoch: 'a', first: 0, end: 0, lines: [] } });
    await settle();
    expect(sent.filter(({ type }) => type === 'credit')).toEqual([]);
    for (const work of works) work.resolve();
    await settle();
    expect(sent.reduce((sum, message) => sum + (message.type === 'credit' ? message.count : 0), 0)).toBe(CREDIT);
  });

  it('send no more than there is credit for', async () => {
    const { transport, sent } = attached();
    const stream = transport.open('image.load', { name: 'a', size: 0 }, ignore());
    let accepted = 0;
    for (let count = 0; count < CREDIT + 2; count++) void stream.send(new Uint8Array(1)).then(() => accepted++);
    await settle();
    expect([accepted, sent.filter(({ type }) => type === 'data').length]).toEqual([CREDIT, CREDIT]);
    transport.receive({ type: 'credit', id: 1, count: 2 });
    await settle();
    expect([accepted, sent.filter(({ type }) => type === 'data').length]).toEqual([CREDIT + 2, CREDIT + 2]);
  });

  it('reject what waits to be sent when the other side closes', async () => {
    const { transport } = attached();
    const closes: unknown[] = [];
    const stream = transport.open('image.load', { name: 'a', size: 0 }, { onData: () => undefined, onClose: (error) => closes.push(error) });
    for (let count = 0; count < CREDIT; count++) void stream.send(new Uint8Array(1));
    const waiting = stream.send(new Uint8Array(1));
    transport.receive({ type: 'close', id: 1, failure: { message: 'not an archive', status: 400 } });
    await expect(waiting).rejects.toThrow('the stream is closed');
    await expect(stream.send({ end: true })).rejects.toThrow('the stream is closed');
    expect(closes).toEqual([new RequestError('not an archive', 400)]);
  });

  it('say once that they were closed by this side, and hear nothing afterwards', () => {
    const { transport, sent } = attached();
    const heard: unknown[] = [];
    const stream = transport.open('feed', {}, { onData: (value) => void heard.push(value), onClose: (error) => heard.push(error) });
    stream.close();
    stream.close();
    transport.receive({ type: 'data', id: 1, value: {} });
    transport.receive({ type: 'close', id: 1, failure: null });
    expect(sent.filter(({ type }) => type === 'close')).toEqual([{ type: 'close', id: 1 }]);
    expect(heard).toEqual([]);
  });

  it('end with the error when the carrier is lost', () => {
    const { transport } = attached();
    const closes: unknown[] = [];
    transport.open('feed', {}, { onData: () => undefined, onClose: (error) => closes.push(error) });
    transport.detach(new RequestError('lost', 0));
    expect(closes).toEqual([new RequestError('lost', 0)]);
  });
});

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
