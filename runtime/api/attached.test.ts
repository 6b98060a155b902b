import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { heldBytes } from '../testkit/held-bytes.ts';
import { pump } from './attached.ts';

const MIB = 1024 * 1024;

type Output = { readonly stream: 1 | 2; readonly data: Uint8Array };

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** A client that takes all at once and keeps nothing. */
function client(signal: AbortSignal): { readonly connection: Parameters<typeof pump>[0]; readonly taken: () => number; readonly isEnded: () => boolean } {
  let taken = 0;
  let isEnded = false;
  const connection = {
    input: nothing(),
    signal,
    write: (data: Uint8Array) => {
      taken += data.length;
      return true;
    },
    drained: () => Promise.resolve(),
    end: () => {
      isEnded = true;
    },
  };
  return { connection, taken: () => taken, isEnded: () => isEnded };
}

const streams = (output: AsyncIterable<Output>): Parameters<typeof pump>[1] => ({
  tty: true,
  output,
  write: () => Promise.resolve(),
  closeStdin: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
});
const options = { stdin: false, closeStdin: false };

it('keeps nothing of what a process has written', async () => {
  const before = heldBytes();
  let isChecked = false;
  async function* output(): AsyncGenerator<Output> {
    for (let index = 0; index < 100; index++) yield await Promise.resolve({ stream: 1, data: new Uint8Array(MIB) });
    await expect.poll(() => heldBytes() - before).toBeLessThan(8 * MIB);
    isChecked = true;
  }
  const { signal } = new AbortController();
  const { connection, taken, isEnded } = client(signal);
  await pump(connection, streams(output()), options);
  expect([isChecked, taken(), isEnded(), getEventListeners(signal, 'abort')]).toEqual([true, 100 * MIB, true, []]);
});

it('ends with the client, and with what the process fails by', async () => {
  const gone = new AbortController();
  const { connection, isEnded } = client(gone.signal);
  async function* silent(): AsyncGenerator<Output> {
    await new Promise(() => undefined);
  }
  const pumping = pump(connection, streams(silent()), options);
  gone.abort(new Error('gone'));
  await pumping;
  expect(isEnded()).toBe(true);
  async function* failing(): AsyncGenerator<Output> {
    yield await Promise.reject(new Error('the monitor is gone'));
  }
  await expect(pump(client(new AbortController().signal).connection, streams(failing()), options)).rejects.toThrow('the monitor is gone');
});
