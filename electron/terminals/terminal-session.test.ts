import { describe, expect, it } from 'vitest';
import { openStream } from '../testkit/open-stream.ts';
import type { TerminalProcess } from './terminal-process.ts';
import { TerminalSession } from './terminal-session.ts';

const SIZE = { rows: 24, columns: 80 };

/** A program that starts when it is told to, takes what is typed after a moment, and ends when it is told to. */
function program() {
  const taken: string[] = [];
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<number>();
  const process: TerminalProcess = {
    write: async (data) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      taken.push(Buffer.from(data).toString());
    },
    resize: () => Promise.resolve(),
    hangUp: () => Promise.resolve(ended.resolve(0)),
    ended: ended.promise,
  };
  return { taken, started, ended, start: () => started.promise.then(() => process) };
}

function session(...programs: ReturnType<typeof program>[]) {
  const left = [...programs];
  return new TerminalSession(
    't',
    { kind: 'host' },
    () => (left.shift() ?? program()).start(),
    SIZE,
    () => undefined,
  );
}
/** What a page types, until all of it was taken from the page. */
const type = (to: TerminalSession, ...texts: string[]): Promise<void> => {
  const stream = openStream<'terminal'>(texts.map((text) => Buffer.from(text)));
  return to.view(stream, { ...SIZE, window: false });
};

describe('TerminalSession', () => {
  it('keeps what is typed before the program is there, and hands it over in order', async () => {
    const first = program();
    const terminal = session(first);
    await type(terminal, 'l', 's', '\r');
    expect([terminal.row.state, first.taken]).toEqual(['starting', []]);
    first.started.resolve();
    await expect.poll(() => terminal.row.state).toBe('running');
    await type(terminal, 'exit\r');
    expect(first.taken).toEqual(['l', 's', '\r', 'exit\r']);
    await terminal.close();
  });

  it('does so when it runs again, but gives a new program nothing that was meant for an old one', async () => {
    const [first, second] = [program(), program()];
    const terminal = session(first, second);
    first.started.reject(new Error('no such program'));
    await type(terminal, 'lost');
    await expect.poll(() => terminal.row.state).toBe('ended');
    await type(terminal, 'into nothing');
    terminal.restart();
    await type(terminal, 'kept');
    second.started.resolve();
    await expect.poll(() => second.taken).toEqual(['kept']);
    await terminal.close();
  });

  it('keeps no more than 64 KiB', async () => {
    const first = program();
    const terminal = session(first);
    await type(terminal, 'a'.repeat(60_000), 'b'.repeat(60_000), 'c');
    first.started.resolve();
    await expect.poll(() => first.taken.join('').length).toBe(64 * 1024);
    await expect.poll(() => terminal.row.state).toBe('running');
    await type(terminal, 'd');
    expect(first.taken.join('').replace(/(.)\1+/g, '$1')).toBe('abd');
    await terminal.close();
  });
});
