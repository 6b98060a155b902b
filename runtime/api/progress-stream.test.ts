import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RequestContext } from './context.ts';
import { type ProgressStream, withProgress } from './progress-stream.ts';

/** More than what lies between two lines of one transfer. */
const LATER_MS = 150;

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** The lines that a client of the task has read when `enough` of them are there, or all. */
async function linesOf(task: (stream: ProgressStream) => Promise<void>, enough = Number.POSITIVE_INFINITY): Promise<unknown[]> {
  const server = createServer((request, response) => {
    const { signal } = new AbortController();
    void withProgress({ request, response, signal } as unknown as RequestContext, task);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const [answer] = (await once(get({ port: (server.address() as AddressInfo).port, agent: false }), 'response')) as [IncomingMessage];
    let text = '';
    for await (const piece of answer.setEncoding('utf8')) {
      text += piece as string;
      if (text.split('\n').length > enough) break;
    }
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const at = (current: number) => ({ id: 'layer', current });

it('tells how far a transfer came that has come to a halt', async () => {
  const halted = Promise.withResolvers<void>();
  const lines = await linesOf((stream) => {
    for (const current of [1, 2, 3]) stream.progress('layer', 'Downloading', at(current));
    vi.advanceTimersByTime(LATER_MS);
    return halted.promise;
  }, 2);
  expect(lines).toEqual([at(1), at(3)]);
  halted.resolve();
});

it('tells nothing of a phase after its end', async () => {
  const lines = await linesOf((stream) => {
    for (const current of [1, 2]) stream.progress('layer', 'Downloading', at(current));
    stream.send({ id: 'layer', status: 'Download complete' });
    for (const current of [5, 6]) stream.progress('other', 'Downloading', at(current));
    stream.progress('other', 'Extracting', at(7));
    vi.advanceTimersByTime(LATER_MS);
    return Promise.resolve();
  });
  expect(lines).toEqual([at(1), { id: 'layer', status: 'Download complete' }, at(5), at(7)]);
});
