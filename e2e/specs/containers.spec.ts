import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inspectSchema } from '../../electron/ipc/contract/containers.ts';
import { dockerRun } from '../../renderer/stores/run-spec/docker-run.ts';
import { runSpec } from '../../renderer/stores/run-spec/from-inspect.ts';
import { holdFrames } from '../drivers/frames.ts';
import type { TestEngine } from '../fixtures/engine.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ContainerDetailsPage } from '../pages/container-details-page.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { RunDialogPage } from '../pages/run-dialog-page.ts';

const dockerOf =
  (engine: TestEngine) =>
  async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('docker', ['-H', `unix://${engine.location.socket}`, ...args])).stdout.trim();

const SLEEP = ['sh', '-c', 'sleep 1000 & sleep 1001; true'];

/** What two containers made the same way have in common. */
async function essence(engine: TestEngine, name: string): Promise<unknown> {
  const inspect = inspectSchema.parse(await engine.client.json('GET', `/containers/${name}/json`));
  const { Hostname: _hostname, ...rest } = inspect.Config;
  // The docker CLI sends variables in any order.
  const config = { ...rest, Env: Array.isArray(rest['Env']) ? rest['Env'].toSorted() : [] };
  const networks = Object.entries(inspect.NetworkSettings.Networks ?? {}).map(([network, { Aliases }]) => [network, Aliases]);
  return { config, host: inspect.HostConfig, networks, path: [inspect.Path, ...(inspect.Args ?? [])] };
}

test('a copied docker run command makes the same container', { tag: '@once' }, async ({ engine }) => {
  const docker = dockerOf(engine);
  await loadBusybox(engine, 'busybox:1');
  await docker('network', 'create', 'front');
  await docker('volume', 'create', 'data');
  const options = [
    ['-e', "QUOTE=it's $HOME", '-e', 'EMPTY=', '-l', 'tier=front end', '-w', '/tmp', '-u', '0:0', '-h', 'host-name', '-it'],
    ['-p', '127.0.0.1:18080:80', '-p', '18081:81/udp', '--expose', '9000', '--network', 'front', '--network-alias', 'www', '--restart', 'on-failure:3'],
    ['-v', 'data:/data:ro', '-v', '/anonymous', '--tmpfs', '/scratch:size=1m', '--mount', `type=bind,source=${engine.home},target=/home,readonly`],
    [
      '-m',
      '64m',
      '--memory-reservation',
      '32m',
      '--cpus',
      '0.5',
      '--pids-limit',
      '40',
      '--ulimit',
      'nofile=100:200',
      '--shm-size',
      '8m',
      '--oom-score-adj',
      '10',
    ],
    ['--cap-add', 'NET_ADMIN', '--cap-drop', 'MKNOD', '--read-only', '--init', '--security-opt', 'no-new-privileges', '--sysctl', 'net.ipv4.ip_forward=1'],
    ['--dns', '1.1.1.1', '--dns-search', 'example.test', '--add-host', 'db:10.0.0.9', '--group-add', '20', '--device', '/dev/null:/dev/nil:r'],
    [
      '--health-cmd',
      'test -e /data',
      '--health-interval',
      '90s',
      '--health-retries',
      '2',
      '--stop-signal',
      'INT',
      '--stop-timeout',
      '3',
      '--entrypoint',
      '/bin/sh',
    ],
  ];
  await docker('create', '--name', 'first', ...options.flat(), 'busybox:1', '-c', 'echo "two  words"; sleep 1000');
  await docker('create', '--name', 'plain', 'busybox:1');
  for (const name of ['first', 'plain']) {
    const before = await essence(engine, name);
    const inspect = inspectSchema.parse(await engine.client.json('GET', `/containers/${name}/json`));
    const image = (await engine.client.json('GET', `/images/${inspect.Image}/json`)) as { Config: Readonly<Record<string, unknown>> };
    const command = dockerRun(runSpec(inspect, image.Config), { lines: true });
    await docker('rm', name);
    const local = command.replace('docker run -d', `docker -H unix://${engine.location.socket} create`);
    await promisify(execFile)('sh', ['-c', local]);
    expect(await essence(engine, name), command).toEqual(before);
    await docker('rm', '-v', name);
  }
});

test('containers of a project stand together and are driven together', { tag: '@once' }, async ({ app, engine }) => {
  const containers = new ContainersPage(app.page);
  const docker = dockerOf(engine);
  await containers.engineIs('Running');
  await loadBusybox(engine, 'busybox:1');
  const label = (service: string) => ['--label', 'com.docker.compose.project=shop', '--label', `com.docker.compose.service=${service}`];
  await docker('create', '--name', 'shop-web', '--network', 'none', ...label('web'), 'busybox:1', ...SLEEP);
  await docker('run', '-d', '--name', 'shop-db', '--network', 'none', '--stop-timeout', '0', ...label('db'), 'busybox:1', ...SLEEP);
  await docker('create', '--name', 'alone', '--network', 'none', 'busybox:1', ...SLEEP);
  const published = ['-p', '127.0.0.1:0:80', '-p', '127.0.0.1:0:81', '-p', '127.0.0.1:0:82'];
  await docker('run', '-d', '--name', 'ports', '--stop-timeout', '0', ...published, 'busybox:1', ...SLEEP);
  const group = containers.row('shop').first();
  await expect(group).toContainText('1/2 running');
  await containers.photograph('containers-grouped');
  await containers.row('ports').getByRole('button', { name: '2 more ports' }).click();
  await expect(app.page.getByRole('menuitem', { name: /^\d+:8[012]$/ })).toHaveCount(2);
  await app.page.keyboard.press('Escape');
  await expect(app.page.getByRole('menu')).toHaveCount(0);
  await containers.row('ports').getByRole('rowheader').click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: 'Open in the browser' }).click();
  await expect(app.page.getByRole('menuitem', { name: /^\d+:8[012]$/ })).toHaveCount(3);
  await app.page.keyboard.press('Escape');
  await expect(app.page.getByRole('menuitem', { name: /^\d+:8[012]$/ })).toHaveCount(0);
  await app.page.keyboard.press('Escape');
  await expect(app.page.getByRole('menu')).toHaveCount(0);
  await docker('rm', '-f', 'ports');
  await expect(containers.row('ports')).toHaveCount(0);
  await app.page.getByRole('radio', { name: /^Running/ }).click();
  await expect(containers.row('shop-web')).toHaveCount(0);
  await expect(group).toContainText('1/2 running');
  await app.page.getByRole('radio', { name: /^All/ }).click();

  await group.hover();
  await group.getByRole('button', { name: 'Start 1 container of shop', exact: true }).click();
  await expect(group).toContainText('2/2 running');
  await containers.grid.focus();
  await group.getByRole('rowheader').click();
  await expect(containers.row('shop-db')).toHaveCount(0);
  await app.page.keyboard.press('ArrowRight');
  await expect(containers.row('shop-db')).toBeVisible();
  await app.page.keyboard.press('ArrowLeft');
  await expect(containers.row('shop-db')).toHaveCount(0);
  await app.page.reload();
  await expect(containers.row('alone')).toBeVisible();
  await expect(containers.row('shop-db')).toHaveCount(0);

  await group.getByRole('rowheader').click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: 'Remove 2 containers' }).click();
  const dialog = app.page.getByRole('dialog', { name: 'Remove 2 containers?' });
  await expect(dialog).toContainText('shop-web');
  await dialog.getByRole('button', { name: 'Remove 2 containers' }).click();
  await expect(group).toHaveCount(0);
  expect(await docker('ps', '-a', '--format', '{{.Names}}')).toBe('alone');

  await docker('run', '-d', '--name', 'loops', '--network', 'none', '--restart', 'always', 'busybox:1', 'sh', '-c', 'exit 3');
  await expect(containers.row('loops')).toContainText('Restarting (3)');
  await containers.open('loops');
  const details = app.page.getByRole('region', { name: 'loops' });
  await expect(details).toContainText(/ended with exit code 3.* starts so far, the next (in|is due)/);
  await expect(details.getByRole('button', { name: 'Show the log' })).toHaveCount(0);
  await app.page.getByRole('tab', { name: 'Inspect' }).click();
  await expect(details.getByRole('button', { name: 'Show the log' })).toBeVisible();
});

test('a container is renamed, changed while it runs, looked into, and replaced', async ({ app, engine }) => {
  const containers = new ContainersPage(app.page);
  const details = new ContainerDetailsPage(app.page);
  const dialog = new RunDialogPage(app.page);
  const docker = dockerOf(engine);
  const { page } = app;
  await containers.engineIs('Running');
  await loadBusybox(engine, 'busybox:1');
  await docker(
    'run',
    '-d',
    '--name',
    'web',
    '--network',
    'none',
    '--stop-timeout',
    '0',
    '--health-cmd',
    'echo fine',
    '--health-interval',
    '1s',
    'busybox:1',
    ...SLEEP,
  );

  await test.step('in its row', async () => {
    await containers.open('web');
    await containers.grid.focus();
    await page.keyboard.press('F2');
    await expect(page.getByRole('textbox', { name: 'New name of web' })).toBeFocused();
    await docker('rename', 'web', 'somebody-else');
    await expect(page.getByRole('textbox', { name: 'New name of somebody-else' })).toHaveValue('web');
    // The very next key renames again, before another frame.
    const release = await holdFrames(page);
    await page.keyboard.press('Enter');
    await page.keyboard.press('F2');
    await expect(page.getByRole('textbox', { name: 'New name of somebody-else' })).toHaveValue('somebody-else');
    await release();
    await expect(page.getByRole('textbox', { name: 'New name of somebody-else' })).toBeFocused();
    await page.getByRole('textbox', { name: 'New name of somebody-else' }).fill('front');
    await page.keyboard.press('Enter');
    await expect(containers.row('front')).toBeVisible();
    expect(await docker('inspect', '-f', '{{.Name}}', 'front')).toBe('/front');
  });

  await test.step('what its menu offers stays while somebody else changes it', async () => {
    await containers.row('front').getByRole('rowheader').click({ button: 'right' });
    await expect(page.getByRole('menuitem', { name: 'Pause' })).toBeVisible();
    await docker('pause', 'front');
    await expect(page.locator('[role="row"]', { hasText: 'front' })).toContainText('Paused');
    await expect(page.getByRole('menuitem', { name: 'Pause' })).toBeVisible();
    await expect(page.getByRole('menuitem', { name: 'Resume' })).toHaveCount(0);
    await docker('unpause', 'front');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('menu')).toHaveCount(0);
  });

  await test.step('a question about stopped ones is over once none is left, and does not come back', async () => {
    await docker('create', '--name', 'idle', '--network', 'none', 'busybox:1', 'sleep', '1000');
    await expect(containers.row('idle')).toBeVisible();
    await containers.grid.focus();
    await page.keyboard.press('Shift+Delete');
    await expect(page.getByRole('dialog')).toContainText('idle');
    await docker('start', 'idle');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await docker('kill', 'idle');
    await expect(page.locator('[role="row"]', { hasText: 'idle' })).toContainText('Exited');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await docker('rm', 'idle');
    await expect(containers.row('idle')).toHaveCount(0);
  });

  await test.step('limits and restart apply at once', async () => {
    await details.tab('Edit');
    await page.getByRole('textbox', { name: 'Memory' }).fill('98304k');
    await docker('rename', 'front', 'between');
    await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('between');
    await docker('rename', 'between', 'front');
    await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveValue('front');
    await expect(page.getByRole('textbox', { name: 'Memory' })).toHaveValue('98304k');
    await page.getByRole('radio', { name: 'Unless stopped' }).click();
    await page.getByRole('button', { name: 'Apply changes' }).click();
    await expect
      .poll(() => docker('inspect', '-f', '{{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}}', 'front'))
      .toBe(`${96 * 2 ** 20} unless-stopped`);
    await expect(page.getByRole('textbox', { name: 'Memory' })).toHaveValue('96m');
    await details.photograph('container-edit');
  });

  await test.step('its health and its processes', async () => {
    await details.tab('Health');
    await expect(page.getByRole('region', { name: 'Health' })).toContainText('fine', { timeout: 20_000 });
    await details.photograph('container-health');
    await details.tab('Processes');
    const line = page.getByRole('row').filter({ hasText: 'sleep 1000' });
    await expect(line.last()).toBeVisible();
    await details.photograph('container-processes');
    await line.last().hover();
    await line
      .last()
      .getByRole('button', { name: /^Send a signal to process/ })
      .click();
    await page.getByRole('menuitem', { name: 'Send SIGKILL' }).click();
    await expect(page.getByRole('row').filter({ hasText: /^\d+sleep 1000/ })).toHaveCount(0, { timeout: 15_000 });
  });

  await test.step('it is duplicated with changes, in its own place', async () => {
    const before = await docker('inspect', '-f', '{{.Id}}', 'front');
    await containers.grid.focus();
    await page.keyboard.press('d');
    const duplicate = page.getByRole('dialog', { name: 'Duplicate front' });
    await duplicate.getByRole('checkbox', { name: 'Put it in the place of front' }).click();
    await duplicate.getByRole('button', { name: 'Add a variable' }).click();
    await duplicate.getByRole('textbox', { name: 'Name', exact: true }).last().fill('COLOUR');
    await duplicate.getByRole('textbox', { name: 'Value', exact: true }).fill('blue');
    await duplicate.getByRole('button', { name: 'Replace front' }).click();
    await expect(duplicate).toHaveCount(0, { timeout: 20_000 });
    await expect(containers.row('front')).toContainText('Running');
    expect(await docker('exec', 'front', 'sh', '-c', 'echo $COLOUR')).toBe('blue');
    expect(await docker('inspect', '-f', '{{.Id}} {{.HostConfig.Memory}}', 'front')).not.toContain(before);
    expect(await docker('ps', '-a', '--format', '{{.Names}}')).toBe('front');
  });

  await test.step('why one did not start, and what helps', async () => {
    await page.getByRole('button', { name: 'Run', exact: true }).first().click();
    await dialog.fill({ name: 'wrong', command: 'no-such-program' });
    await dialog.submit();
    await expect(dialog.dialog.getByRole('alert')).toContainText('no-such-program');
    await page.keyboard.press('Escape');
    await docker('create', '--name', 'wrong', 'busybox:1', 'no-such-program');
    await expect(docker('start', 'wrong')).rejects.toThrow('no-such-program');
    await containers.open('wrong');
    const region = page.getByRole('region', { name: 'Details of wrong' });
    await expect(region).toContainText('does not exist in the image');
    await expect(region.getByRole('button', { name: 'Duplicate with changes' })).toBeVisible();
  });
});
