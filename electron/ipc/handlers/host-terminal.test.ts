import { afterEach, expect, it, vi } from 'vitest';
import type { StreamContext } from '../backend.ts';
import type { StreamOutputs } from '../contract.ts';
import { hostTerminalStreams } from './host-terminal.ts';

afterEach(() => vi.unstubAllEnvs());

/** A stream on which the test types when it wants to. */
function typed() {
  const abort = new AbortController();
  const sent: StreamOutputs['host-terminal'][] = [];
  const queue: (Uint8Array | { resize: { rows: number; columns: number } })[] = [];
  let wake = () => undefined as void;
  abort.signal.addEventListener('abort', () => wake());
  async function* inputs() {
    while (!abort.signal.aborted) {
      const next = queue.shift();
      if (next) yield next;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const stream: StreamContext<'host-terminal'> = { signal: abort.signal, inputs: inputs(), send: (value) => Promise.resolve(void sent.push(value)) };
  const push = (input: (typeof queue)[number]) => {
    queue.push(input);
    wake();
  };
  return {
    stream,
    sent,
    type: (text: string) => push(new Uint8Array(Buffer.from(text))),
    resize: (rows: number, columns: number) => push({ resize: { rows, columns } }),
    close: () => abort.abort(),
    text: () => Buffer.concat(sent.filter((value) => value instanceof Uint8Array)).toString(),
  };
}

it('is a shell whose docker speaks to the engine, of the size of the screen', async () => {
  vi.stubEnv('SHELL', '/bin/sh');
  const terminal = typed();
  const done = hostTerminalStreams('/run/x.sock')['host-terminal']({ rows: 24, columns: 80 }, terminal.stream);
  terminal.type('echo to:$DOCKER_HOST; stty size\n');
  await expect.poll(terminal.text).toMatch(/to:unix:\/\/\/run\/x\.sock\r\n24 80\r\n/);
  terminal.resize(30, 100);
  terminal.type('stty size; exit 7\n');
  await done;
  expect(terminal.text()).toContain('30 100\r\n');
  expect(terminal.sent.at(-1)).toEqual({ exitCode: 7 });
});

it('ends its shell when the page closes it', async () => {
  vi.stubEnv('SHELL', '/bin/sh');
  const terminal = typed();
  const done = hostTerminalStreams('/run/x.sock')['host-terminal']({ rows: 24, columns: 80 }, terminal.stream);
  terminal.type('echo pid:$$:\n');
  await expect.poll(terminal.text).toMatch(/pid:\d+:/);
  const pid = Number(/pid:(\d+):/.exec(terminal.text())?.[1]);
  terminal.close();
  await done;
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
