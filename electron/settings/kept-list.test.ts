import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeptList } from './kept-list.ts';
import { allWritten } from './store.ts';

interface Entry {
  readonly id: string;
  readonly time: number;
  readonly state: string;
}

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'slipway-kept-list-')), 'list.json');
});
afterEach(() => rm(join(path, '..'), { recursive: true }));

const parse = (kept: unknown): Entry | null => (typeof (kept as Partial<Entry>).id === 'string' ? (kept as Entry) : null);
const listOf = (limit = 5) => new KeptList<Entry>(path, undefined, { parse, idOf: ({ id }) => id, timeOf: ({ time }) => time, limit });
const entry = (id: string, time: number, state = 'done'): Entry => ({ id, time, state });
const kept = async () => (JSON.parse(await readFile(path, 'utf8')) as Entry[]).map(({ id, state }) => `${id} ${state}`);

it('leaves what another app has made, changed and dropped as that has it', async () => {
  await writeFile(path, JSON.stringify([entry('c', 3), entry('b', 2), entry('a', 1), 'nonsense']));
  const [one, other] = [listOf(), listOf()];
  expect(await one.read()).toEqual(await other.read());
  one.write([entry('d', 4, 'running'), entry('c', 3), entry('b', 2, 'seen'), entry('a', 1)]);
  await one.settled();
  // It knows nothing of d, has c as it was read, drops b, and has changed a.
  other.write([entry('e', 5), entry('c', 3), entry('a', 1, 'seen')]);
  await other.settled();
  expect(await kept()).toEqual(['e done', 'd running', 'c done', 'a seen']);
  one.write([entry('d', 4, 'done'), entry('c', 3), entry('a', 1)]);
  await one.settled();
  expect(await kept()).toEqual(['e done', 'd done', 'c done', 'a seen']);
  one.write([]);
  await one.settled();
  expect(await kept()).toEqual(['e done']);
});

it('keeps all of its own where the file is gone or was never written, and the newest of both', async () => {
  const [one, other] = [listOf(3), listOf(3)];
  one.write([entry('a', 1)]);
  await one.settled();
  expect(await other.read()).toHaveLength(1);
  await rm(path);
  other.write([entry('b', 2), entry('a', 1)]);
  await other.settled();
  expect(await kept()).toEqual(['b done', 'a done']);
  one.write([entry('d', 4), entry('c', 3), entry('a', 1)]);
  await one.settled();
  expect(await kept()).toEqual(['d done', 'c done', 'b done']);
});

it('is written by who quits at once', async () => {
  const one = listOf();
  for (const id of ['a', 'b', 'c']) one.write([entry(id, 1)]);
  await allWritten();
  expect(await kept()).toEqual(['c done']);
});
