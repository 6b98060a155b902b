import { execFile } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { holdFonts } from '../drivers/fonts.ts';
import type { TestEngine } from '../fixtures/engine.ts';
import { loadBusybox } from '../fixtures/images.ts';
import { expect, test } from '../fixtures/test.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { FileBrowserPage } from '../pages/file-browser-page.ts';
import { TerminalsPage } from '../pages/terminals-page.ts';

const run = promisify(execFile);
const docker = async (engine: TestEngine, ...args: string[]) => (await run('docker', ['-H', `unix://${engine.location.socket}`, ...args])).stdout.trim();

/** A container with a shell, and its Terminal tab. */
async function openBox(engine: TestEngine, page: ContainersPage['page'], ...flags: string[]): Promise<TerminalsPage> {
  await loadBusybox(engine, 'busybox:1');
  await docker(engine, 'run', '-d', '--network', 'none', '--name', 'box', ...flags, 'busybox:1', 'sh', '-c', 'while :; do sleep 1000; done');
  await new ContainersPage(page).open('box');
  await page.getByRole('tab', { name: 'Terminal' }).click();
  return new TerminalsPage(page);
}

test('several sessions, split, go on over navigation and a reload of the page', async ({ app, engine }) => {
  const terminals = await openBox(engine, app.page);
  await terminals.shows(/[#$]/);
  await terminals.type('echo first-$((40 + 2))');
  await terminals.shows('first-42');
  await app.page.keyboard.press('Control+Shift+E');
  await terminals.shows(/[#$]/, 'Terminal 2');
  await terminals.type('i=0; while [ $i -lt 100000 ]; do i=$((i+1)); [ -e /go ] && break; sleep 0.1; done; echo over-$((1 + 1))', 'Terminal 2');
  await terminals.photograph('terminals-split');
  await terminals.go('Images');
  await docker(engine, 'exec', 'box', 'touch', '/go');
  await terminals.go('Containers');
  await new ContainersPage(app.page).open('box');
  await terminals.shows('first-42');
  await terminals.shows('over-2', 'Terminal 2');
  await app.page.reload();
  await terminals.shows('first-42');
  await terminals.shows('over-2', 'Terminal 2');
  await terminals.type('echo again-$((2 + 3))');
  await terminals.shows('again-5');
  await app.page.keyboard.press('Control+Shift+X');
  await expect(terminals.terminal('Terminal 2')).toHaveCount(0);
  await terminals.shows('over-2');
});

test('a shell that ends says so, and runs again in its place', { tag: '@once' }, async ({ app, engine }) => {
  const terminals = await openBox(engine, app.page);
  await terminals.shows(/[#$]/);
  await terminals.type('exit 3');
  await expect(app.page.getByText('The session ended with exit code 3.')).toBeVisible();
  await app.page.getByRole('button', { name: 'Run again' }).click();
  await expect(app.page.getByText('The session ended with exit code 3.')).toHaveCount(0);
  await terminals.type('echo back-$((3 + 3))');
  await terminals.shows('back-6');
  await docker(engine, 'run', '-d', '--network', 'none', '--name', 'rest', 'busybox:1', 'sleep', '1000');
  await docker(engine, 'pause', 'rest');
  await new ContainersPage(app.page).open('rest');
  await expect(app.page.getByText('The container is paused')).toBeVisible();
  await docker(engine, 'unpause', 'rest');
  await terminals.shows(/[#$]/);
});

test('any command as any user in any directory', { tag: '@once' }, async ({ app, engine }) => {
  const terminals = await openBox(engine, app.page);
  await terminals.shows(/[#$]/);
  await terminals.choose('New session with', 'Another command');
  const dialog = app.page.getByRole('dialog', { name: 'New session in box' });
  await dialog.getByRole('textbox', { name: 'Working directory' }).fill('tmp');
  await expect(dialog.getByText('A working directory begins with a slash.')).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Working directory' }).fill('/tmp');
  await dialog.getByRole('combobox', { name: 'User' }).fill('65534');
  await app.page.keyboard.press('Tab');
  await dialog.getByRole('combobox', { name: 'Command' }).fill(`sh -c 'echo "I am $(id -u) in $(pwd)"; exec sh'`);
  await app.page.keyboard.press('Tab');
  await dialog.getByRole('button', { name: 'Open session' }).click();
  await terminals.shows('I am 65534 in /tmp', 'Terminal 2');
});

test('a session moves to a window of its own and comes back', async ({ app, engine }) => {
  const terminals = await openBox(engine, app.page);
  await terminals.shows(/[#$]/);
  await terminals.type('echo here-$((5 + 5))');
  await terminals.shows('here-10');
  const own = await terminals.detach();
  await own.shows('here-10');
  expect(own.page.url()).not.toContain('token');
  await expect(app.page.getByText('Shown in a window of its own')).toBeVisible();
  await own.type('echo there-$((6 + 6))');
  await own.shows('there-12');
  const closed = own.page.waitForEvent('close');
  await app.page.getByRole('button', { name: 'Bring it back' }).click();
  await closed;
  await terminals.shows('there-12');
});

test('the panel holds terminals of this machine and of containers at once', async ({ app, engine }) => {
  const terminals = await openBox(engine, app.page);
  await terminals.shows(/[#$]/);
  await app.page.keyboard.press('Control+`');
  await terminals.shows(/[#$]/, 'Host terminal');
  await terminals.choose('New session with', 'box');
  await terminals.shows(/[#$]/, 'Terminal of box');
  await terminals.type('echo panel-$((7 + 7))', 'Terminal of box');
  await terminals.shows('panel-14', 'Terminal of box');
  await terminals.photograph('terminals-panel');
});

test('the main process of a container that has a terminal', async ({ app, engine }) => {
  const terminals = await openBox(engine, app.page, '-it');
  await terminals.shows(/[#$]/);
  await docker(engine, 'run', '-dit', '--network', 'none', '--name', 'shell', 'busybox:1', 'sh');
  await new ContainersPage(app.page).open('shell');
  // The menu of the container that was shown before goes with it.
  await expect(app.page.getByRole('region', { name: 'Details of shell' })).toBeVisible();
  await terminals.choose('New session with', 'Main process');
  await terminals.type('echo main-$$', 'Terminal 2');
  await terminals.shows('main-1', 'Terminal 2');
  await app.page.keyboard.press('Control+Shift+X');
  expect(await docker(engine, 'inspect', '-f', '{{.State.Running}}', 'shell')).toBe('true');
});

test('a terminal that is ready takes the keys from no menu that was opened meanwhile', { tag: '@once' }, async ({ app, engine }) => {
  // A terminal is connected when its font is there, which is held back.
  let release = () => undefined as void;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await app.page.route(/\.woff2/, async (route) => {
    await held;
    await route.continue();
  });
  await app.page.reload();
  const terminals = await openBox(engine, app.page);
  await expect(terminals.terminal()).toBeVisible();
  await terminals.tool('New session with');
  const item = app.page.getByRole('menuitem', { name: '/bin/ash' });
  await expect(app.page.getByRole('menu')).toBeFocused();
  await app.page.keyboard.press('ArrowDown');
  await expect(item).toBeFocused();
  release();
  await terminals.shows(/[#$]/);
  await expect(item).toBeFocused();
  // The second one is ready only when the menu has given the focus back to its opener, whose tooltip shows then.
  const ready = await holdFonts(app.page);
  await app.page.keyboard.press('Enter');
  await expect(terminals.terminal('Terminal 2')).toBeVisible();
  await expect(app.page.getByRole('button', { name: 'New session with', exact: true })).toBeFocused();
  await expect(app.page.getByText('New session with', { exact: true })).toBeVisible();
  await ready();
  await terminals.shows(/[#$]/, 'Terminal 2');
  await app.page.keyboard.type('echo second-$((1 + 1))\n');
  await terminals.shows('second-2', 'Terminal 2');
});

test('a terminal in a folder of a container without a shell is a debug shell there', { tag: '@once' }, async ({ app, engine }) => {
  const root = join(engine.home, 'bare');
  await mkdir(join(root, 'my data', 'sub'), { recursive: true });
  await mkdir(join(root, 'links'));
  await symlink('/my data', join(root, 'links', 'way'));
  await copyFile('/bin/busybox', join(root, 'busybox'));
  await writeFile(join(root, 'my data', 'found'), 'in the folder');
  await run('sh', ['-c', `tar -c -C ${root} . | docker -H unix://${engine.location.socket} import - bare:1`]);
  await docker(engine, 'run', '-d', '--network', 'none', '--name', 'bare', 'bare:1', '/busybox', 'sleep', '1000');
  await new ContainersPage(app.page).open('bare');
  await app.page.getByRole('tab', { name: 'Files' }).click();
  await new FileBrowserPage(app.page, 'bare').choose('my data', 'Open a terminal here');
  const terminals = new TerminalsPage(app.page);
  await terminals.shows('debug:bare');
  await terminals.type('pwd; cat found; echo "; $SLIPWAY_CD."');
  await terminals.shows('/proc/1/root/my data');
  await terminals.shows('in the folder; .');
  await app.page.getByRole('tab', { name: 'Files' }).click();
  const files = new FileBrowserPage(app.page, 'bare');
  // Behind a link that is absolute, which only the container itself follows to where it leads.
  await files.goTo('/links/way');
  await files.choose('sub', 'Open a terminal here');
  await terminals.shows('Absolute links among them lead to the files of this shell.', 'Terminal 2');
  await terminals.shows('debug:bare /proc/1/root/my data/sub#', 'Terminal 2');
});

test('an image without any shell gets a debug shell, which no list shows and nothing is left of', { tag: '@once' }, async ({ app, engine }) => {
  const root = join(engine.home, 'bare');
  await mkdir(root);
  await copyFile('/bin/busybox', join(root, 'busybox'));
  await run('sh', ['-c', `tar -c -C ${root} . | docker -H unix://${engine.location.socket} import - bare:1`]);
  await docker(engine, 'run', '-d', '--network', 'none', '--name', 'bare', 'bare:1', '/busybox', 'sleep', '1000');
  await new ContainersPage(app.page).open('bare');
  await app.page.getByRole('tab', { name: 'Terminal' }).click();
  await expect(app.page.getByText('No shell in this image')).toBeVisible();
  const terminals = new TerminalsPage(app.page);
  await terminals.photograph('terminal-no-shell');
  await app.page.getByRole('button', { name: 'Debug shell' }).click();
  await terminals.shows('debug:bare');
  await terminals.type('ls $ROOT; ps -e | grep -c "[s]leep"; tr "\\0" " " < /proc/1/cmdline; echo "; name $(hostname)"');
  await terminals.shows('busybox sleep 1000');
  expect(await docker(engine, 'ps', '--format', '{{.Names}}')).not.toBe('bare');
  await expect(terminals.grid.getByRole('rowheader')).toHaveCount(1);
  await terminals.photograph('terminal-debug');
  await app.page.keyboard.press('Control+Shift+X');
  await expect.poll(() => docker(engine, 'ps', '-a', '--format', '{{.Names}}')).toBe('bare');
});
