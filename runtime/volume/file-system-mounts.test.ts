import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EngineError } from '../base/errors.ts';
import { silentLogger } from '../base/log.ts';
import { fileSystemOf } from './file-system.ts';
import { FileSystemMounts } from './file-system-mounts.ts';

const nfs = fileSystemOf('nfs', ':/x', ['addr=192.0.2.1']);
let directory: string;
let calls: string[];
let mount: () => Promise<void>;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'slipway-mounts-')), 'mounts');
  calls = [];
  mount = () => Promise.resolve();
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

const open = (): FileSystemMounts =>
  new FileSystemMounts({
    directory,
    logger: silentLogger,
    threads: {
      mount: async () => {
        calls.push('mount');
        await mount();
      },
      unmount: async () => {
        calls.push('unmount');
        await new Promise(setImmediate);
      },
    },
  });

it('mounts for the first user and unmounts after the last', async () => {
  const mounts = open();
  expect(await Promise.all(['a', 'b', 'a'].map((user) => mounts.acquire('data', user, nfs)))).toEqual(Array(3).fill(`${directory}/data`));
  mounts.release('data', 'a');
  mounts.release('data', 'a');
  await mounts.idle();
  expect([calls, mounts.isMounted('data')]).toEqual([['mount'], true]);
  mounts.release('data', 'b');
  await mounts.idle();
  expect([calls, mounts.isMounted('data'), readdirSync(directory)]).toEqual([['mount', 'unmount'], false, []]);
});

it('stays mounted for a user that comes before it is unmounted, and is mounted again for one that comes while it is', async () => {
  const mounts = open();
  await mounts.acquire('data', 'a', nfs);
  mounts.release('data', 'a');
  await mounts.acquire('data', 'b', nfs);
  expect(calls).toEqual(['mount']);
  mounts.release('data', 'b');
  await Promise.resolve().then(() => undefined);
  await mounts.acquire('data', 'c', nfs);
  expect(calls).toEqual(['mount', 'unmount', 'mount']);
});

it('leaves nothing of a mount that failed, and the next try may succeed', async () => {
  const mounts = open();
  mount = () => Promise.reject(new EngineError('Internal', 'mount', { details: { code: 'EACCES' } }));
  await expect(mounts.acquire('data', 'a', nfs)).rejects.toThrow('data: addr=192.0.2.1: permission denied');
  await mounts.idle();
  expect([mounts.isMounted('data'), readdirSync(directory)]).toEqual([false, []]);
  mount = () => Promise.resolve();
  await mounts.acquire('data', 'a', nfs);
  expect(mounts.isMounted('data')).toBe(true);
});

it('takes over what an earlier engine has mounted and removes the rest, but never a file', async () => {
  for (const name of ['used', 'left', 'odd']) mkdirSync(`${directory}/${name}`, { recursive: true });
  writeFileSync(`${directory}/odd/file`, 'kept');
  const mounts = open();
  mounts.restore('used', 'c1');
  mounts.settle();
  await mounts.idle();
  expect([readdirSync(directory).sort(), existsSync(`${directory}/odd/file`), calls]).toEqual([['odd', 'used'], true, ['unmount', 'unmount']]);
  mounts.release('used', 'c1');
  await mounts.idle();
  expect(existsSync(`${directory}/used`)).toBe(false);
});
