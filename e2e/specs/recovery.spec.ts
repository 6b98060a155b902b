import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { TestEngine } from '../fixtures/engine.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { ImagesPage } from '../pages/images-page.ts';
import { LogsPage } from '../pages/logs-page.ts';
import { TerminalsPage } from '../pages/terminals-page.ts';

const IMAGE = 'busybox:1';

async function run(engine: TestEngine, name: string, script: string, more: object = {}): Promise<void> {
  await loadBusybox(engine, IMAGE);
  const json = { Image: IMAGE, Cmd: ['sh', '-c', script], HostConfig: { NetworkMode: 'none' }, ...more };
  await engine.client.json('POST', '/containers/create', { query: { name }, json });
  await engine.client.json('POST', `/containers/${name}/start`);
}

/** A registry that takes calls and never answers one. */
async function silentRegistry(): Promise<AsyncDisposable & { readonly host: string; readonly calls: () => number }> {
  const sockets = new Set<Socket>();
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('an engine killed while it stops a container: told, shown as it is, and killed at the second try', { tag: '@once' }, async ({ app, engine }) => {
  const containers = new ContainersPage(app.page);
  await run(engine, 'stubborn', 'trap "" TERM; while :; do sleep 1; done', { StopTimeout: 600 });
  const row = containers.row('stubborn');
  await expect(row).toContainText('Running');
  await row.hover();
  await row.getByRole('button', { name: 'Stop stubborn' }).click();
  await expect(row).toContainText('Stopping');
  await engine.signal('SIGKILL');
  await expect(app.page.getByText('stubborn was not stopped').first()).toBeVisible();
  await engine.isBack();
  await containers.engineIs('Running');
  await expect(row).toContainText('Running');
  await row.click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: /^Kill/ }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Send a signal to stubborn' });
  await dialog.getByRole('button').last().click();
  await expect(row).toContainText('Exited (137)');
});

test('an engine killed in the middle of a pull: the task fails in words, and the next one works', { tag: '@once' }, async ({ app, engine }) => {
  const images = new ImagesPage(app.page);
  await using registry = await silentRegistry();
  await images.engineIs('Running');
  await images.go('Images');
  await images.pull(`${registry.host}/team/app:1`);
  await expect.poll(() => registry.calls()).toBeGreaterThan(0);
  await engine.signal('SIGKILL');
  await expect(images.dialog.getByRole('alert')).toBeVisible();
  await images.photograph('pull-cut-off');
  await images.dialog.getByRole('button', { name: 'Close' }).last().click();
  await engine.isBack();
  await images.engineIs('Running');
  await loadBusybox(engine, 'after:1');
  await expect(images.row('after')).toBeVisible();
  await images.go('Activity');
  await expect(images.row(`Pull ${registry.host}/team/app:1`)).toContainText('Failed');
});

test('an engine killed under a terminal and a log: both go on or say what to press', async ({ app, engine }) => {
  const { page } = app;
  const logs = new LogsPage(page);
  const terminals = new TerminalsPage(page);
  await run(engine, 'ticking', 'i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.2; done');
  await logs.open('ticking');
  await logs.shows('tick 3');
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await terminals.shows(/[#$]/);
  await terminals.type('echo before-$((1 + 1))');
  await terminals.shows('before-2');
  await engine.signal('SIGKILL');
  await expect(page.getByText('The session was cut off')).toBeVisible();
  // What was on the screen can still be read and copied.
  await terminals.shows('before-2');
  await terminals.photograph('terminal-cut-off');
  await engine.isBack();
  await logs.engineIs('Running');
  await page.getByRole('button', { name: 'Run again' }).click();
  // The new shell goes on below.
  await terminals.shows(/before-2[^]*#[^]*BusyBox[^]*#/);
  await terminals.type('echo again-$((2 + 2))');
  await terminals.shows('again-4');
  await page.getByRole('tab', { name: 'Logs' }).click();
  await expect.poll(async () => (await logs.lines()).length).toBeGreaterThan(3);
  const last = await logs.lastTick();
  await expect.poll(async () => Number((await logs.lines()).at(-1)?.slice(5))).toBeGreaterThan(last + 5);
});
