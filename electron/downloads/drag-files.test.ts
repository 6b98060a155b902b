import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DragFiles } from './drag-files.ts';

const PATIENCE = { timeout: 20_000 };

let folder: string;
let handed: string[];
const make = (limit?: number) => new DragFiles(folder, (paths) => void handed.push(...paths), limit);
const download = (name: string, text: string, length?: string) => ({
  name,
  open: () => Promise.resolve({ body: Readable.from([Buffer.from(text)]), length }),
});
const never = new AbortController().signal;
const left = () => (existsSync(folder) ? readdirSync(folder) : []);

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'slipway-drags-')), 'dragged');
  handed = [];
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(join(folder, '..'), { recursive: true });
});

it('hands over a file of this name with these bytes, for its owner alone, and leaves nothing behind', async () => {
  {
    using drags = make();
    drags.start(await drags.fetch([download('notes.txt', 'hello', '5')], never, () => undefined));
    const [path = ''] = handed;
    expect([basename(path), readFileSync(path, 'utf8')]).toEqual(['notes.txt', 'hello']);
    expect([statSync(path).mode & 0o777, statSync(folder).mode & 0o777]).toEqual([0o600, 0o700]);
  }
  expect(existsSync(folder)).toBe(false);
});

it('keeps a name in its folder, whoever chose it', async () => {
  using drags = make();
  drags.start(await drags.fetch([download('../../etc/pass\u202ewd', 'x')], never, () => undefined));
  expect(handed[0]?.startsWith(`${folder}/`)).toBe(true);
  expect(basename(handed[0] ?? '')).toBe('.._.._etc_pass_wd');
});

it('hands over several as files of their own, two of one name too', async () => {
  using drags = make();
  drags.start(await drags.fetch([download('a.tar', 'a folder'), download('a.tar', 'a file'), download('b', 'b')], never, () => undefined));
  expect(handed.map((path) => [basename(path), readFileSync(path, 'utf8')])).toEqual([
    ['a.tar', 'a folder'],
    ['a.tar', 'a file'],
    ['b', 'b'],
  ]);
});

it('refuses several that are larger together, and keeps no part of them', async () => {
  using drags = make(10);
  const both = [download('a', '123456', '6'), download('b', '123456', '6')];
  await expect(drags.fetch(both, never, () => undefined)).rejects.toMatchObject({ status: 413 });
  expect(left()).toEqual([]);
});

it('removes what was left by one that died', () => {
  mkdirSync(join(folder, 'old'), { recursive: true });
  writeFileSync(join(folder, 'old/file'), 'x');
  using _drags = make();
  expect(existsSync(folder)).toBe(false);
});

it.each([
  ['that says so', '11'],
  ['that does not say so', undefined],
])('refuses what is larger than may be %s, and keeps no part of it', async (_case, length) => {
  using drags = make(10);
  await expect(drags.fetch([download('big', 'eleven bytes'.slice(0, 11), length)], never, () => undefined)).rejects.toMatchObject({ status: 413 });
  expect(left()).toEqual([]);
});

it('keeps no part of what was given up', async () => {
  using drags = make();
  const abort = new AbortController();
  const fetching = drags.fetch(
    [{ name: 'slow', open: () => Promise.resolve({ body: new Readable({ read: () => undefined }) }) }],
    abort.signal,
    () => undefined,
  );
  await vi.waitFor(() => expect(left()).toHaveLength(1), PATIENCE);
  abort.abort();
  await expect(fetching).rejects.toThrow();
  expect(left()).toEqual([]);
});

it('keeps the newest few, and each for ten minutes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  using drags = make();
  const ids: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) ids.push(await drags.fetch([download(name, name)], never, () => undefined));
  expect(() => drags.start(ids[0] ?? '')).toThrow('drag it again');
  drags.start(ids[3] ?? '');
  expect(left()).toHaveLength(3);
  vi.advanceTimersByTime(10 * 60_000);
  expect(left()).toEqual([]);
});
