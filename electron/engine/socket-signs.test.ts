import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { socketSigns } from './socket-signs.ts';

it('tells of a socket that comes, also in a folder that is only made then, goes, and comes in a folder made anew', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-signs-'));
  const socket = join(directory, 'run/slipway/slipway.sock');
  let signs = 0;
  const more = async (change: () => Promise<unknown>) => {
    const before = signs;
    await change();
    await expect.poll(() => signs).toBeGreaterThan(before);
  };
  const come = async () => {
    await mkdir(join(directory, 'run/slipway'), { recursive: true });
    await writeFile(socket, '');
  };
  using _signs = socketSigns(socket, () => signs++);
  expect(signs).toBe(0);
  await more(come);
  await more(() => rm(socket));
  await rm(join(directory, 'run'), { recursive: true });
  await more(come);
  await more(() => {
    using _later = socketSigns(socket, () => signs++);
    return Promise.resolve();
  });
  await rm(directory, { recursive: true });
});

it('is silent about other files, and once it is over', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-signs-'));
  const told: string[] = [];
  const signs = socketSigns(join(directory, 'a.sock'), () => told.push('a'));
  using _other = socketSigns(join(directory, 'b.sock'), () => told.push('b'));
  await writeFile(join(directory, 'engine.log'), '');
  await writeFile(join(directory, 'b.sock'), '');
  await expect.poll(() => told).toContain('b');
  signs[Symbol.dispose]();
  told.length = 0;
  await writeFile(join(directory, 'a.sock'), '');
  await rm(join(directory, 'b.sock'));
  await expect.poll(() => told).toContain('b');
  expect(told).not.toContain('a');
  await rm(directory, { recursive: true });
});
