import { spawnSync } from 'node:child_process';
import { type Dirent, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContainerSession, type SessionConfig } from '../../testkit/container-session.ts';
import { installProbe, startSwapping } from '../../testkit/probe.ts';

/** Starts of each race; SLIPWAY_TEST_RACES asks for more, thousands for a night. */
const STARTS = Number(process.env['SLIPWAY_TEST_RACES'] ?? 30);
/** How many times as many starts may fail before one has succeeded. */
const PATIENCE = 20;

/** What the engine itself mounts of its directory. */
const OWN = ['/layers/', '/snapshots/', '/containers/'];

let session: ContainerSession;
let probe: string;
/** A part of the host that nothing of a container may reach. */
let outside: string;
let volume: string;
beforeAll(async () => {
  session = await ContainerSession.open();
  session.rig.addImage('hostile', (root) => {
    probe = installProbe(root);
  });
  outside = `${session.rig.directory}/outside`;
  volume = `${session.rig.directory}/volume`;
  mkdirSync(`${outside}/directory`, { recursive: true });
  writeFileSync(`${outside}/secret`, 'secret of the host');
  writeFileSync(`${outside}/directory/secret`, 'secret of the host');
});
afterAll(() => session[Symbol.asyncDispose]());

function namesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .map((entry: Dirent) => `${entry.parentPath}/${entry.name}`)
    .sort();
}

/** What a container has mounted, as `<root on its file system> <target>`; anything of the host beyond the volumes is an escape. */
function escapes(name: string, allowed: readonly string[]): string[] {
  return readFileSync(`/proc/${session.pid(name)}/mountinfo`, 'utf8')
    .split('\n')
    .filter((line) => line.includes(session.rig.directory) && !allowed.some((path) => line.includes(path)));
}

/** Starts the container again and again, and on until one start has succeeded: without it nothing is proved. */
async function raced(config: SessionConfig, check: (name: string) => void): Promise<void> {
  const name = await session.create(['sleep', '100'], { Image: 'hostile', ...config });
  let started = 0;
  for (let count = 0; count < STARTS || (started === 0 && count < PATIENCE * STARTS); count++) {
    const ok = await session.rig.containers.start(name).then(
      () => true,
      () => false,
    );
    if (!ok) continue;
    started++;
    check(name);
    await session.rig.containers.stop(name, { timeout: 0 });
  }
  await session.remove(name);
  expect(started).toBeGreaterThan(0);
}

describe('mount targets that are swapped while a container starts', () => {
  it.each([
    ['a directory and a link to the host', 'directory'],
    ['a directory and a link that climbs', `${'../'.repeat(12)}OUTSIDE/directory`],
    ['a directory and a link to procfs', '/proc/self/root'],
    ['a directory and a dangling link', '/OUTSIDE/made'],
  ])('in a shared volume, %s, lead nowhere else (CVE-2021-30465)', async (_, target) => {
    rmSync(volume, { recursive: true, force: true });
    mkdirSync(`${volume}/sub/deep`, { recursive: true });
    symlinkSync(target === 'directory' ? `${outside}/directory` : target.replace('/OUTSIDE', outside).replace('OUTSIDE', outside.slice(1)), `${volume}/other`);
    const nested = `${session.rig.directory}/nested`;
    mkdirSync(nested, { recursive: true });
    const before = namesBelow(outside);
    await using _swapping = await startSwapping(probe, `${volume}/sub`, `${volume}/other`);
    const HostConfig = {
      Binds: [`${volume}:/volume`, `${nested}:/volume/sub`, `${nested}:/volume/sub/deep/new`, `${nested}/file:/volume/sub/file`],
      Tmpfs: { '/volume/sub/tmp': '' },
    };
    writeFileSync(`${nested}/file`, 'nested');
    await raced({ HostConfig }, (name) => expect(escapes(name, ['/volume', '/nested', ...OWN])).toEqual([]));
    expect(namesBelow(outside)).toEqual(before);
  });

  it('in the layers of the image, every target of the engine itself, lead nowhere else', async () => {
    const before = namesBelow(outside);
    for (const target of ['proc', 'sys', 'dev', 'etc']) {
      session.rig.addImage(`swapped-${target}`, (root) => symlinkSync(outside, `${root}/other`));
      const root = `${session.rig.directory}/layers/swapped-${target}`;
      await using _swapping = await startSwapping(probe, `${root}/${target}`, `${root}/other`);
      await raced({ Image: `swapped-${target}` }, (started) => {
        expect(escapes(started, OWN)).toEqual([]);
        for (const path of ['proc', 'sys']) {
          const mounts = readFileSync(`/proc/${session.pid(started)}/mountinfo`, 'utf8');
          expect(mounts).toMatch(new RegExp(` /${path} .* - ${path === 'sys' ? 'sysfs' : 'proc'} `));
        }
      });
    }
    expect(namesBelow(outside)).toEqual(before);
    expect(readFileSync(`${outside}/secret`, 'utf8')).toBe('secret of the host');
  });

  it('as /dev/null make the start fail or the masks whole (CVE-2025-31133)', async () => {
    const dev = `${session.rig.directory}/dev`;
    mkdirSync(dev);
    const { status } = spawnSync('mknod', ['-m', '666', `${dev}/null`, 'c', '1', '3']);
    expect(status).toBe(0);
    writeFileSync(`${dev}/other`, 'not null');
    const secret = `${session.rig.directory}/masked`;
    writeFileSync(secret, 'to be masked');
    await using _swapping = await startSwapping(probe, `${dev}/null`, `${dev}/other`);
    const HostConfig = { Binds: [`${dev}:/dev`, `${secret}:/masked`], MaskedPaths: ['/masked', '/proc/timer_list', '/proc/keys'] };
    await raced({ HostConfig }, (name) => {
      // Read from outside: a program of the container would need the device that is swapped.
      const root = `/proc/${session.pid(name)}/root`;
      for (const path of ['/masked', '/proc/timer_list', '/proc/keys']) expect(readFileSync(root + path, 'utf8')).toBe('');
    });
  });

  it('as /dev/console never have the terminal bound elsewhere (CVE-2025-52565)', async () => {
    const dev = `${session.rig.directory}/dev-terminal`;
    mkdirSync(`${dev}/pts`, { recursive: true });
    const { status } = spawnSync('mknod', ['-m', '666', `${dev}/null`, 'c', '1', '3']);
    expect(status).toBe(0);
    writeFileSync(`${dev}/console`, '');
    symlinkSync('/etc/passwd', `${dev}/other`);
    await using _swapping = await startSwapping(probe, `${dev}/console`, `${dev}/other`);
    await raced({ Tty: true, HostConfig: { Binds: [`${dev}:/dev`, '/dev/pts:/dev/pts'] } }, (name) => {
      const terminals = readFileSync(`/proc/${session.pid(name)}/mountinfo`, 'utf8')
        .split('\n')
        .filter((line) => line.includes(' - devpts ') && !line.includes(' / /dev/pts '));
      // Where the name was swapped after the bind, the kernel shows the file's new name.
      for (const line of terminals) expect(line).toMatch(/ \/dev\/(console|other) /);
    });
  });
});
