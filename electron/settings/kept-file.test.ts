import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeptFile } from './kept-file.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-kept-file-'));
});
afterEach(() => rm(directory, { recursive: true }));

it('writes the last of several that come at once, and what comes while it writes after that', async () => {
  const path = join(directory, 'config/a.json');
  const file = new KeptFile(path);
  const asked: number[] = [];
  const kept = (value: number) => () => (asked.push(value), value);
  void file.write(kept(1));
  void file.write(kept(2));
  await file.write(kept(3));
  expect([await file.read(), asked]).toEqual([3, [3]]);
  void file.write(kept(4));
  await Promise.resolve();
  void file.write(kept(5));
  await file.settled();
  expect([await readFile(path, 'utf8'), asked]).toEqual(['5', [3, 4, 5]]);
});
