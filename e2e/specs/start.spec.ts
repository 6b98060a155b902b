import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitForOutput } from '../drivers/child.ts';
import { isolatedEnvironment, PROGRAM_ROOT } from '../drivers/programs.ts';
import { makeEngine } from '../fixtures/engine.ts';
import { expect, test } from '../fixtures/test.ts';

test('npm start brings up an engine and the page, and leaves the engine running at Ctrl-C', async () => {
  await using engine = await makeEngine();
  const env = { ...isolatedEnvironment(engine.home), DISPLAY: undefined, WAYLAND_DISPLAY: undefined };
  const { root, run } = engine.location;
  const start = spawn(process.execPath, [join(PROGRAM_ROOT, 'electron/start.ts'), '--root', root, '--run', run], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => start.once('exit', (code, signal) => resolve(code ?? signal)));
  const [url] = await waitForOutput(start, /http:\/\/127\.0\.0\.1:\d+\//);
  expect(await (await fetch(url)).text()).toContain('<title>Slipway</title>');
  await expect.poll(() => engine.client.json('GET', '/version').catch(() => null)).toHaveProperty('Version');
  start.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(await engine.client.json('GET', '/version')).toHaveProperty('Version');
});

test('with a display it opens a window of an installed browser, and ends both when its terminal is closed', async () => {
  const home = await mkdtemp(join(tmpdir(), 'slipway-start-'));
  await using engine = await makeEngine();
  await engine.start();
  const display = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x800x24'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const [number] = await waitForOutput(display, /\d+/);
    const { root, run } = engine.location;
    const env = { ...isolatedEnvironment(home), DISPLAY: `:${number}`, TMPDIR: home };
    const start = spawn(process.execPath, [join(PROGRAM_ROOT, 'electron/start.ts'), '--root', root, '--run', run], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise((resolve) => start.once('exit', (code, signal) => resolve(code ?? signal)));
    await waitForOutput(start, /opening .*\n.*http:/);
    // The shell watches the engine by one connection; feed and metrics come with the page that the browser has loaded.
    await expect.poll(() => connections(engine.location.socket), { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
    start.kill('SIGHUP');
    expect(await ended).toBe(0);
    expect(
      (await readdir(home)).filter((name) => name.startsWith('slipway-window-')),
      'the profile is removed',
    ).toEqual([]);
  } finally {
    display.kill();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** Connections that the engine has accepted, as the kernel counts them. */
async function connections(socket: string): Promise<number> {
  const CONNECTED = '03';
  const rows = (await readFile('/proc/net/unix', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  return rows.filter((row) => row[5] === CONNECTED && row[7] === socket).length;
}
