import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runGit } from './run-git.ts';

it('gives a server up that takes a request and sends nothing', { timeout: 120_000 }, async () => {
  const server = createServer((socket) => socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const cwd = mkdtempSync(join(tmpdir(), 'slipway-git-'));
  const options = { cwd, signal: new AbortController().signal };
  await runGit(['init', '--quiet'], options);
  expect((await runGit(['config', 'http.lowSpeedTime'], options)).trim()).toBe('300');
  // The time alone is the test's.
  const fetched = runGit(['-c', 'http.lowSpeedTime=1', 'fetch', '--quiet', `http://127.0.0.1:${port}/r.git`], options);
  await expect(fetched).rejects.toMatchObject({ message: expect.stringContaining('Operation too slow') as string });
  rmSync(cwd, { recursive: true });
  server.close();
});
