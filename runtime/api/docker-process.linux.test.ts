import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBusyboxArchive } from '../testkit/image-archives.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const canRun = process.getuid?.() === 0 && spawnSync('docker', ['--version']).status === 0;
if (!canRun) console.warn('skipped: needs root and the docker CLI');

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;
beforeAll(async () => {
  if (!canRun) return;
  engine = await RealEngine.start();
  await makeBusyboxArchive(join(engine.directory, 'busybox.tar'), IMAGE);
  await engine.docker(['load', '-q', '-i', join(engine.directory, 'busybox.tar')]);
}, 60_000);
afterAll(async () => {
  if (canRun) await engine[Symbol.asyncDispose]();
}, 60_000);

const run = (...args: string[]): ReturnType<RealEngine['docker']> => engine.docker(['run', '--rm', '--network', 'none', ...args]);
const inspect = async (name: string): Promise<Record<string, never>> => (await engine.call('GET', `/containers/${name}/json`)).json as Record<string, never>;

describe.skipIf(!canRun)('the process of a container', () => {
  it('Init puts a reaper before the command and inspect keeps the command', async () => {
    expect(await run('--init', IMAGE, 'sh', '-c', 'tr "\\0" " " </proc/1/cmdline; echo; echo $$ $PPID; exit 7')).toMatchObject({
      code: 7,
      out: expect.stringMatching(/^\/sbin\/docker-init *\n2 1\n$/) as string,
    });
    await engine.docker([
      'run',
      '-d',
      '--init',
      '--name',
      'init',
      '--network',
      'none',
      IMAGE,
      'sh',
      '-c',
      'trap "exit 9" TERM; echo up; while :; do sleep 0.05; done',
    ]);
    expect(await inspect('init')).toMatchObject({ Path: 'sh', Args: ['-c', expect.anything()], HostConfig: { Init: true } });
    await engine.docker(['exec', 'init', 'sh', '-c', 'until ps | grep -q "slee[p]"; do :; done']);
    expect((await engine.docker(['top', 'init'])).out).toMatch(/\/sbin\/docker-init\s*\n.* sh -c/);
    await engine.docker(['stop', 'init']);
    expect(await inspect('init')).toMatchObject({ State: { ExitCode: 9 } });
    await engine.docker(['rm', 'init']);
  });

  it('Init reports a command that is missing or not executable', async () => {
    expect(await run('--init', IMAGE, 'no-such-command')).toMatchObject({
      code: 127,
      err: expect.stringContaining('executable file not found in $PATH') as string,
    });
    expect(await run('--init', IMAGE, '/etc/passwd')).toMatchObject({ code: 126, err: expect.stringContaining('permission denied') as string });
  });
});
