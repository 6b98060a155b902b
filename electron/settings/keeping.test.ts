import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NoticeFile } from '../notifications/notice-file.ts';
import { Notices } from '../notifications/notices.ts';
import { TaskHistory } from '../tasks/task-history.ts';
import { Keeping } from './keeping.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-keeping-'));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

/** A folder that cannot be, as a file has its place. */
const block = () => writeFile(join(directory, 'config'), '');
const unblock = () => rm(join(directory, 'config'));

it('tells once that nothing is kept, goes on, and keeps again what it can', async () => {
  const keeping = new Keeping();
  const told: string[] = [];
  await block();
  await keeping.write(join(directory, 'config/a'), '1');
  keeping.tell((reason) => told.push(reason));
  await keeping.write(join(directory, 'config/a'), '2');
  await keeping.write(join(directory, 'config/b'), '2');
  expect(told).toEqual([expect.stringMatching(/^E(NOTDIR|EXIST)/)]);
  await unblock();
  await keeping.write(join(directory, 'config/a'), '3');
  expect(await readFile(join(directory, 'config/a'), 'utf8')).toBe('3');
  await keeping.write(join(directory, 'config/b'), '3');
  await rm(join(directory, 'config'), { recursive: true });
  await block();
  await keeping.write(join(directory, 'config/b'), '4');
  expect(told).toHaveLength(2);
});

it('is one notice for tasks and notices together, which itself cannot be kept', async () => {
  const keeping = new Keeping();
  await block();
  const file = new NoticeFile(join(directory, 'config/notices.json'), keeping);
  const notices = await Notices.open(file);
  keeping.tell((detail) => notices.take({ kind: 'app.notKept', object: directory, objectId: '', exitCode: 0, task: '', detail }));
  const history = new TaskHistory(join(directory, 'config/tasks.json'), keeping);
  history.write([]);
  await Promise.all([history.settled(), file.settled()]);
  history.write([]);
  await Promise.all([history.settled(), file.settled()]);
  expect(notices.list()).toMatchObject([{ kind: 'app.notKept', object: directory }]);
});
