import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openAgentSocket } from './agent-socket.ts';

const OWN = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mode: 0o620 };

let directory: string;
let agent: string;
let server: Server;
let connected = 0;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-agent-'));
  agent = join(directory, 'host');
  // Answers a whole question with its length, as often as it is asked.
  server = createServer((client) => {
    connected++;
    client.on('data', (asked) => void client.write(`${asked.length};`)).on('close', () => void connected--);
    client.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(agent, resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

const answerTo = (path: string, question: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const client = connect(path, () => client.write(question));
    let answer = '';
    client.on('error', reject).on('data', (piece) => {
      answer += piece.toString();
      const told = answer.split(';').filter(Boolean).map(Number);
      if (told.reduce((sum, length) => sum + length, 0) === question.length) client.destroy();
    });
    client.on('close', () => resolve(answer));
  });

it('leads to the agent, by rights of its own', async () => {
  await using socket = await openAgentSocket(agent, directory, OWN);
  expect([socket.path === agent, statSync(socket.path).mode & 0o777]).toEqual([false, 0o620]);
  expect(await answerTo(socket.path, Buffer.from('four'))).toBe('4;');
  expect((await Promise.all([1, 2, 3].map(() => answerTo(socket.path, Buffer.alloc(100_000))))).every((answer) => answer.endsWith(';'))).toBe(true);
  await expect.poll(() => connected).toBe(0);
});

it('ends what goes on when the step ends, and is gone', async () => {
  const socket = await openAgentSocket(agent, directory, OWN);
  const client = connect(socket.path);
  await new Promise((resolve) => client.once('connect', resolve));
  const closed = new Promise((resolve) => client.once('close', resolve));
  await expect.poll(() => connected).toBe(1);
  await socket[Symbol.asyncDispose]();
  await closed;
  await expect.poll(() => connected).toBe(0);
  expect(readdirSync(directory)).toEqual(['host']);
});

it('is made in a directory of any depth', async () => {
  const deep = join(directory, 'd'.repeat(100), 'e'.repeat(100));
  mkdirSync(deep, { recursive: true });
  await using socket = await openAgentSocket(agent, deep, OWN);
  expect(statSync(socket.path).isSocket()).toBe(true);
});

it('is refused for what is no socket', async () => {
  for (const path of [directory, join(directory, 'nowhere')])
    await expect(openAgentSocket(path, directory, OWN)).rejects.toMatchObject({
      kind: 'InvalidArgument',
      message: expect.stringContaining('no socket') as string,
    });
});
