import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TestEngine } from '../fixtures/engine.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { DiskPage } from '../pages/disk-page.ts';

const run = promisify(execFile);
const docker = async (engine: TestEngine, ...args: string[]) => (await run('docker', ['-H', `unix://${engine.location.socket}`, ...args])).stdout.trim();

test('every byte has its place, and a cleanup frees what it said and nothing else', async ({ app, engine }) => {
  const disk = new DiskPage(app.page);
  await loadBusybox(engine, 'busybox:1');
  const write = (megabytes: number, path: string) => [
    'busybox:1',
    'sh',
    '-c',
    `head -c ${megabytes}000000 /dev/urandom > ${path}; yes a line of a log | head -n 5000`,
  ];
  await docker(engine, 'run', '--name', 'stopped', '--network', 'none', '-v', '/scratch', ...write(5, '/file'));
  await docker(engine, 'run', '--rm', '--network', 'none', '-v', 'kept:/x', ...write(3, '/x/file'));
  await docker(engine, 'run', '-d', '--name', 'running', '--network', 'none', 'busybox:1', 'sleep', '100000');
  // Returns once it is written: the screen measures when it is opened.
  await docker(engine, 'exec', 'running', 'sh', '-c', 'head -c 2000000 /dev/zero > /own');
  await docker(engine, 'network', 'create', 'spare');
  await disk.engineIs('Running');
  await disk.show();

  await test.step('sizes are those of the files', async () => {
    await expect(disk.category('Files written in containers')).toContainText('7.0MB');
    await expect(disk.category('Volumes')).toContainText('3.0MB');
    await expect(disk.category('Logs')).toContainText('kB');
    await disk.category('Files written in containers').getByRole('button').click();
    await expect(disk.object('stopped').first()).toContainText('5.0MB');
    await expect(app.page.getByText(/^Slipway uses .*, .* are free$/)).toBeVisible();
    await disk.photograph('disk');
    await disk.category('Logs').getByRole('button', { name: 'Logs', exact: true }).click();
    await app.page.getByRole('button', { name: 'Empty the log of stopped' }).click();
    await app.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Empty log \(\d+.*kB\)$/ })
      .click();
    await expect(disk.category('Logs')).toContainText('0B');
  });

  await test.step('it names what will go and how much that is', async () => {
    await app.page.getByRole('button', { name: 'Clean up' }).click();
    await expect(disk.cleanup.getByRole('checkbox', { name: 'Unused volumes with a name' })).not.toBeChecked();
    await disk.cleanup.getByRole('checkbox', { name: 'Stopped containers' }).click();
    await disk.cleanup.getByRole('button', { name: 'Show: Stopped containers' }).click();
    await expect(disk.cleanup.getByRole('list', { name: 'Stopped containers' }).getByRole('listitem')).toHaveText(/^stopped/);
    await expect(disk.cleanup).toContainText(/Frees 5\.\d/);
    await disk.photograph('disk-cleanup');
    await disk.cleanup.getByRole('button', { name: 'Remove 2 objects' }).click();
  });

  await test.step('it removes exactly that and tells what it freed', async () => {
    await expect(app.page.getByText(/^The cleanup freed 5\.\d/)).toBeVisible({ timeout: 30_000 });
    await expect(disk.category('Files written in containers')).toContainText('2.0MB');
    expect(await docker(engine, 'ps', '-a', '--format', '{{.Names}}')).toBe('running');
    expect(await docker(engine, 'volume', 'ls', '-q')).toContain('kept');
    expect(await docker(engine, 'network', 'ls', '--format', '{{.Name}}')).not.toContain('spare');
    expect(await docker(engine, 'images', '-q')).not.toBe('');
    await app.page.getByRole('navigation').getByRole('link', { name: 'Activity' }).click();
    await expect(disk.row('Clean up 2 objects')).toContainText('Done');
  });
});

test('what was taken into use meanwhile stays, and the cleanup says so', { tag: '@once' }, async ({ app, engine }) => {
  const disk = new DiskPage(app.page);
  await loadBusybox(engine, 'busybox:1');
  await docker(engine, 'volume', 'create', 'data');
  await disk.engineIs('Running');
  await disk.show();
  await app.page.getByRole('button', { name: 'Clean up' }).click();
  await disk.cleanup.getByRole('checkbox', { name: 'Unused volumes with a name' }).click();
  await docker(engine, 'run', '-d', '--name', 'user', '--network', 'none', '-v', 'data:/x', 'busybox:1', 'sh', '-c', 'sleep 100000');
  await disk.cleanup.getByRole('button', { name: 'Remove 1 object', exact: true }).click();
  await expect(app.page.getByText(/^Not everything was removed\. .*volume is in use/)).toBeVisible({ timeout: 30_000 });
  expect(await docker(engine, 'volume', 'ls', '-q')).toBe('data');
});
