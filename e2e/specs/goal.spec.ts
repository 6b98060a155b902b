import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { busyboxArchive } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ContainerDetailsPage } from '../pages/container-details-page.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { ImagesPage } from '../pages/images-page.ts';
import { RunDialogPage } from '../pages/run-dialog-page.ts';

const COMMAND = `sh -c 'i=0; while :; do [ $((i % 100000)) -eq 0 ] && echo hello from slipway, tick $i; i=$((i+1)); done'`;

test('load an image, run it, read its log, watch it, use its terminal, drive it by docker too, remove it', async ({ app, engine }) => {
  const images = new ImagesPage(app.page);
  const dialog = new RunDialogPage(app.page);
  const containers = new ContainersPage(app.page);
  const details = new ContainerDetailsPage(app.page);
  const docker = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)('docker', ['-H', `unix://${engine.location.socket}`, ...args]);
    return stdout.trim();
  };

  await test.step('an archive is loaded by the button, another by a drop', async () => {
    await images.engineIs('Running');
    await images.go('Images');
    await images.photograph('images-empty');
    await images.loadByButton(await busyboxArchive(engine, 'busybox.tar', 'busybox:1.35'));
    await expect(images.loaded('busybox:1.35')).toBeVisible();
    await images.loadByDrop(await busyboxArchive(engine, 'dropped.tar', 'dropped:2'));
    await expect(images.loaded('dropped:2')).toBeVisible();
    await expect(images.row('busybox:1.35')).toBeVisible();
    await expect(images.row('dropped:2')).toBeVisible();
    await images.photograph('images');
  });

  await test.step('a container is run from it', async () => {
    await images.go('Containers');
    await app.page.getByRole('button', { name: 'Run', exact: true }).click();
    await dialog.fill({ image: 'busybox:1.35', name: 'web', command: COMMAND, cpus: '0.4' });
    await dialog.photograph('run-dialog');
    await dialog.submit();
    await expect(containers.row('web')).toContainText('Running');
    expect(await docker('ps', '--format', '{{.Names}} {{.Image}} {{.State}}')).toBe('web busybox:1.35 running');
  });

  await test.step('its log is read and follows', async () => {
    await details.tab('Logs');
    await expect(details.log).toContainText('hello from slipway');
    await expect(details.log).toContainText(/tick [1-9]\d+/);
    await details.photograph('container-logs');
  });

  await test.step('its graphs move', async () => {
    await details.tab('Stats');
    await expect.poll(() => details.reading('CPU')).toBeGreaterThan(10);
    await expect.poll(() => details.reading('Memory')).toBeGreaterThan(0);
    const before = { drawing: await details.drawing('CPU'), memory: await details.reading('Memory') };
    await details.tab('Terminal');
    await details.terminalShows(/[#$]/);
    await details.type('dd if=/dev/zero of=/dev/shm/ballast bs=1M count=24 2>/dev/null; echo $((41 + 1)) loaded');
    await details.terminalShows('42 loaded');
    await details.type('hostname; id -u; cat /etc/passwd | wc -l');
    await details.photograph('container-terminal');
    await details.tab('Stats');
    await expect.poll(() => details.reading('Memory')).toBeGreaterThan(before.memory + 20 * 2 ** 20);
    await expect.poll(() => details.drawing('CPU')).not.toBe(before.drawing);
    await details.photograph('container-stats');
  });

  await test.step('the docker client stops and starts it, and the screen follows', async () => {
    expect(await docker('exec', 'web', 'ls', '-l', '/dev/shm/ballast')).toContain('25165824');
    await docker('stop', '-t', '1', 'web');
    await expect(containers.row('web')).toContainText(/Exited|Out|Failed|Killed/);
    await docker('start', 'web');
    await expect(containers.row('web')).toContainText('Running');
    await details.tab('Inspect');
    await details.photograph('container-inspect');
  });

  await test.step('the terminal of this machine has a docker that speaks to the engine', async () => {
    await app.page.keyboard.press('Control+`');
    await expect(containers.hostTerminal).toContainText(/[#$]/);
    await app.page.keyboard.type("docker ps --format 'seen {{.Names}}'\n");
    await expect(containers.hostTerminal).toContainText('seen web');
    await containers.photograph('host-terminal');
    await app.page.keyboard.press('Control+`');
  });

  await test.step('it is removed', async () => {
    await containers.removeByDetails('web');
    await expect(containers.row('web')).toHaveCount(0);
    expect(await docker('ps', '-aq')).toBe('');
  });
});
