import { expect, it, vi } from 'vitest';
import type { StreamInputs, StreamName } from '../../../electron/ipc/contract.ts';
import type { Transport } from '../../engine/transport.ts';
import { viewSession } from './view-session.ts';

/** A stream that takes a message whenever it is told to. */
function slowStream() {
  const sent: StreamInputs['terminal'][] = [];
  const turns: (() => void)[] = [];
  const close = vi.fn();
  const open = () => ({
    send(value: StreamInputs[StreamName]) {
      sent.push(value as StreamInputs['terminal']);
      return new Promise<void>((resolve) => turns.push(resolve));
    },
    close,
  });
  const take = async () => {
    turns.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const text = () => sent.map((value) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : 'resize'));
  return { transport: { open } as unknown as Transport, sent, text, take, close };
}
const bytes = (text: string) => new TextEncoder().encode(text);
const handlers = { onData: () => Promise.resolve(), onReplay: () => Promise.resolve() };
const view = (transport: Transport) => viewSession(transport, 's', false, { rows: 24, columns: 80 }, handlers, () => undefined);

it('sends what is typed faster than it is taken as one piece, in order', async () => {
  const { transport, text, take } = slowStream();
  const session = view(transport);
  for (const key of 'exit') session.write(bytes(key));
  expect(text()).toEqual(['e']);
  await take();
  expect(text()).toEqual(['e', 'xit']);
});

it('closes after what was typed before', async () => {
  const { transport, text, take, close } = slowStream();
  const session = view(transport);
  for (const key of 'ls\n') session.write(bytes(key));
  session.close();
  expect(close).not.toHaveBeenCalled();
  await take();
  await take();
  expect(text().join('')).toBe('ls\n');
  expect(close).toHaveBeenCalledOnce();
});

it('closes at once when nothing waits', () => {
  const { transport, close } = slowStream();
  view(transport).close();
  expect(close).toHaveBeenCalledOnce();
});

it('sends a large paste in pieces that a message may hold', async () => {
  const { transport, sent, take } = slowStream();
  view(transport).write(new Uint8Array(150_000));
  for (let turn = 0; turn < 3; turn++) await take();
  expect(sent.map((piece) => (piece instanceof Uint8Array ? piece.length : 0))).toEqual([65_536, 65_536, 18_928]);
});
