import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { LauncherRig } from '../../testkit/launcher-rig.ts';
import type { Op } from './ops.ts';

const bind = (source: string, beneath: string) =>
  ({ op: 'bind', source, beneath, target: '/data', recursive: true, readonly: false, propagation: 0 }) satisfies Op;

/** Exchanges two names in a directory until it is ended. */
const SWAPPER = `
  const { workerData, parentPort } = require('node:worker_threads');
  import(workerData.module).then(({ createLinuxSyscalls }) => {
    const sys = createLinuxSyscalls();
    const end = Date.now() + 60_000;
    parentPort.postMessage('ready');
    while (Date.now() < end && Atomics.load(workerData.stop, 0) === 0) sys.renameat2(-100, workerData.from, -100, workerData.to, 2);
  });`;

describe('a bind beneath a directory', () => {
  it('mounts directories and files there, by links that stay inside too', async () => {
    await using rig = await LauncherRig.open();
    const base = `${rig.directory}/volume`;
    mkdirSync(`${base}/deep/er`, { recursive: true });
    writeFileSync(`${base}/deep/er/file`, 'inside\n');
    symlinkSync('deep/../deep', `${base}/link`);
    expect((await rig.run('cat /data/file', { setup: rig.root(bind(base, 'deep/er')) })).stdout).toBe('inside\n');
    expect((await rig.run('cat /data/file', { setup: rig.root(bind(base, 'link/er')) })).stdout).toBe('inside\n');
    const file: Op = { ...bind(base, './deep/er/file'), target: '/file' };
    expect((await rig.run('cat /file', { setup: rig.root(file) })).stdout).toBe('inside\n');
  });

  it.each([
    ['a link to a path of the host', 'absolute', 'EXDEV'],
    ['a path beyond a link to the host', 'absolute/hostname', 'EXDEV'],
    ['a link that climbs', 'climbing', 'EXDEV'],
    ['dots that climb', 'deep/../../rootfs', 'EXDEV'],
    ['a path of the host', '/etc', 'EXDEV'],
    ['a link to itself', 'loop', 'ELOOP'],
    ['a name that is not there', 'missing', 'ENOENT'],
    ['a name below a file', 'file/below', 'ENOTDIR'],
    ['a name that is too long', 'x'.repeat(300), 'ENAMETOOLONG'],
  ])('refuses %s', async (_, beneath, errno) => {
    await using rig = await LauncherRig.open();
    const base = `${rig.directory}/volume`;
    mkdirSync(`${base}/deep`, { recursive: true });
    writeFileSync(`${base}/file`, 'inside');
    symlinkSync('/etc', `${base}/absolute`);
    symlinkSync('../rootfs', `${base}/climbing`);
    symlinkSync('loop', `${base}/loop`);
    await expect(rig.prepare({ setup: rig.root(bind(base, beneath)) })).rejects.toMatchObject({ details: { step: 'bind', errno } });
  });

  it('is never led outside by someone who exchanges names meanwhile', async () => {
    await using rig = await LauncherRig.open();
    const base = `${rig.directory}/volume`;
    mkdirSync(`${base}/place`, { recursive: true });
    writeFileSync(`${base}/place/inside`, '');
    mkdirSync(`${rig.directory}/outside`);
    writeFileSync(`${rig.directory}/outside/secret`, '');
    symlinkSync('../outside', `${base}/bait`);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const module = new URL('../linux-syscalls.ts', import.meta.url).href;
    const swapper = new Worker(SWAPPER, { eval: true, workerData: { module, stop, from: `${base}/place`, to: `${base}/bait` } });
    await new Promise((resolve) => swapper.once('message', resolve));
    const seen = { inside: 0, refused: 0 };
    for (let turn = 0; turn < 60; turn++) {
      try {
        expect((await rig.run('ls /data', { setup: rig.root(bind(base, 'place')) })).stdout).toBe('inside\n');
        seen.inside++;
      } catch (error) {
        expect(error).toMatchObject({ details: { step: 'bind', errno: 'EXDEV' } });
        seen.refused++;
      }
    }
    Atomics.store(stop, 0, 1);
    await swapper.terminate();
    expect([seen.inside > 0, seen.refused > 0]).toEqual([true, true]);
  });
});
