import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { autostartEntry, autostartFile, setAutostart } from './autostart-entry.ts';

it('is made and removed, each as often as one likes, and leaves nothing beside it', async () => {
  const home = await mkdtemp(join(tmpdir(), 'slipway-autostart-'));
  onTestFinished(() => rm(home, { recursive: true }));
  const file = autostartFile(home);
  await setAutostart(home, null);
  await setAutostart(home, ['/opt/Slipway/slipway']);
  await setAutostart(home, ['/opt/Slipway/slipway']);
  expect(await readFile(file, 'utf8')).toContain('\nExec="/opt/Slipway/slipway"\n');
  expect(await readdir(dirname(file))).toEqual(['io.slipway.app.desktop']);
  await setAutostart(home, null);
  await setAutostart(home, null);
  expect(await readdir(dirname(file))).toEqual([]);
});

it('takes no sign of a path for one of its own', () => {
  const exec = autostartEntry(['/home/a "b" $HOME/`x`\\/50%\nExec=evil'])
    .split('\n')
    .filter((line) => line.startsWith('Exec='));
  expect(exec).toEqual([String.raw`Exec="/home/a \\"b\\" \\$HOME/\\${'`'}x\\${'`'}\\\\/50%%\nExec=evil"`]);
});
