import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openBrowser } from './open-browser.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-browser-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A browser whose helper goes on writing into the profile after it has ended, as Chromium's network service does with its cache. */
async function browserWithHelper(): Promise<string> {
  const browser = join(folder, 'browser');
  await writeFile(
    browser,
    `#!/bin/sh
for argument; do case $argument in --user-data-dir=*) profile=\${argument#*=};; esac; done
export profile
sh -c 'for turn in $(seq 5000); do mkdir -p "$profile/Default/Cache"; echo helper > "$profile/Default/Cache/index"; done' 2>/dev/null &
echo $! > ${folder}/helper
trap 'exit 0' TERM
while :; do sleep 0.05; done
`,
  );
  await chmod(browser, 0o755);
  return browser;
}

const profiles = async () => (await readdir(folder)).filter((name) => name.startsWith('slipway-window-'));

describe('openBrowser', () => {
  test('leaves no profile behind, also where a helper of the browser writes on after its end', async () => {
    await using browser = openBrowser(await browserWithHelper(), 'http://127.0.0.1:1/', 1000);
    await expect.poll(async () => readFile(join(folder, (await profiles())[0] ?? '', 'Default/Cache/index'), 'utf8').catch(() => '')).toBe('helper\n');
    await expect.poll(() => readFile(join(folder, 'helper'), 'utf8').catch(() => '')).not.toBe('');
    await browser[Symbol.asyncDispose]();
    const helper = Number(await readFile(join(folder, 'helper'), 'utf8'));
    await expect.poll(() => isRunning(helper)).toBe(false);
    expect(await profiles()).toEqual([]);
  });

  test('leaves no profile behind where the browser cannot be started', async () => {
    const browser = openBrowser(join(folder, 'none'), 'http://127.0.0.1:1/', 1000);
    const failed = new Promise((resolve) => browser.child.once('error', resolve));
    expect(await failed).toHaveProperty('code', 'ENOENT');
    await browser[Symbol.asyncDispose]();
    expect(await profiles()).toEqual([]);
  });
});

/** A process that ended and was not waited for is a zombie until then. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) [ZX]/.test(stat);
}
