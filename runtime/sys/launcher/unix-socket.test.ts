import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectUnix } from './unix-socket.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-socket-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('connectUnix', () => {
  it('reaches a socket whose path is longer than an address', async () => {
    const long = join(directory, 'x'.repeat(120));
    mkdirSync(long);
    const before = process.cwd();
    const server = createServer((socket) => socket.end('hello'));
    await new Promise<void>((resolve) => {
      // Bound by a short name, as a monitor does it.
      process.chdir(long);
      server.listen('s', resolve);
    });
    process.chdir(before);
    const socket: Socket = await connectUnix(join(long, 's'));
    const [text] = await Promise.all([new Promise((resolve) => socket.once('data', (data) => resolve(data.toString())))]);
    expect(text).toBe('hello');
    await new Promise((resolve) => server.close(resolve));
  });

  it('rejects where nobody listens', async () => {
    await expect(connectUnix(join(directory, 's'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
