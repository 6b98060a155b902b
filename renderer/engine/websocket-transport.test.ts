import { describe, expect, it } from 'vitest';
import { decodeFrame, encodeFrame } from './websocket-frames.ts';
import { type ConnectionState, webSocketTransport } from './websocket-transport.ts';

/** A WebSocket whose server is the test. */
class FakeSocket extends EventTarget {
  binaryType = '';
  readonly sent: unknown[] = [];
  closed = false;
  send(data: unknown) {
    this.sent.push(data);
  }
  close() {
    this.closed = true;
  }
  say(data: unknown) {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
  open() {
    this.dispatchEvent(new Event('open'));
  }
  drop(code: number) {
    this.dispatchEvent(Object.assign(new Event('close'), { code }));
  }
}

function start() {
  const sockets: FakeSocket[] = [];
  const states: ConnectionState[] = [];
  const delays: number[] = [];
  const { transport, close } = webSocketTransport({
    url: 'ws://x/connection',
    token: 'secret',
    onState: (state) => states.push(state),
    delay: (attempt) => (delays.push(attempt), 0),
    create: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
  });
  return { transport, close, sockets, states, delays };
}

describe('connection', () => {
  it('shows the token first and sends the rest only when it was taken', async () => {
    const { transport, sockets, states } = start();
    const answer = transport.request('settings.read', {});
    sockets[0]?.open();
    expect(sockets[0]?.sent).toEqual(['{"type":"hello","token":"secret"}']);
    sockets[0]?.say('{"type":"welcome"}');
    expect(sockets[0]?.sent.slice(1)).toEqual(['{"type":"request","id":1,"name":"settings.read","params":{}}']);
    sockets[0]?.say('{"type":"result","id":1,"value":{"theme":"dark"}}');
    expect(await answer).toEqual({ theme: 'dark' });
    expect(states).toEqual(['connecting', 'connected']);
  });

  it('fails what was under way when it is lost, connects again and serves new calls', async () => {
    const { transport, sockets, states } = start();
    sockets[0]?.open();
    sockets[0]?.say('{"type":"welcome"}');
    const lost = transport.request('settings.read', {});
    sockets[0]?.drop(1006);
    await expect(lost).rejects.toThrow('the connection to the server was lost');
    const next = transport.request('settings.read', {});
    await expect.poll(() => sockets.length).toBe(2);
    sockets[1]?.open();
    sockets[1]?.say('{"type":"welcome"}');
    sockets[1]?.say('{"type":"result","id":2,"value":{"theme":"light"}}');
    expect(await next).toEqual({ theme: 'light' });
    expect(states).toEqual(['connecting', 'connected', 'lost', 'connected']);
  });

  it('waits longer after each try that failed, and starts over after one that did not', async () => {
    const { sockets, delays } = start();
    for (let count = 0; count < 3; count++) {
      sockets[count]?.drop(1006);
      await expect.poll(() => sockets.length).toBe(count + 2);
    }
    sockets[3]?.open();
    sockets[3]?.say('{"type":"welcome"}');
    sockets[3]?.drop(1006);
    expect(delays).toEqual([0, 1, 2, 0]);
  });

  it('does not try again when the token was refused', async () => {
    const { transport, sockets, states } = start();
    const answer = transport.request('settings.read', {});
    sockets[0]?.open();
    sockets[0]?.drop(4401);
    await expect(answer).rejects.toMatchObject({ status: 401 });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([sockets.length, states]).toEqual([1, ['connecting', 'denied']]);
  });

  it('ends when it is closed', async () => {
    const { close, sockets } = start();
    close();
    sockets[0]?.drop(1000);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([sockets.length, sockets[0]?.closed]).toEqual([1, true]);
  });
});

describe('frames', () => {
  it('carry bytes apart from JSON', () => {
    const frame = encodeFrame({ type: 'data', id: 0x01020304, value: new Uint8Array([9, 8]) }) as Uint8Array<ArrayBuffer>;
    expect([...frame]).toEqual([1, 2, 3, 4, 9, 8]);
    expect(decodeFrame(frame.buffer)).toEqual({ type: 'data', id: 0x01020304, value: new Uint8Array([9, 8]) });
  });

  it('carry everything else as JSON', () => {
    const message = { type: 'data', id: 5, value: { resize: { rows: 1, columns: 2 } } } as const;
    expect(decodeFrame(encodeFrame(message) as string)).toEqual(message);
  });
});
