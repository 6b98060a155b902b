import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Release, UpdateChannel, UpdateWay } from '../ipc/contract/updates.ts';
import { UpdateMemoryFile } from './memory.ts';
import { type DownloadProgress, type ReleaseSource, UpdateError } from './release-source.ts';
import { Updates } from './updates.ts';

const NEXT: Release = { version: '0.2.0', notes: 'New.', date: 1, size: 1000 };
const HOUR = 3_600_000;

/** What is released, and what is asked of it. */
class FakeSource implements ReleaseSource {
  release: Release | null = NEXT;
  failure: Error | null = null;
  readonly asked: UpdateChannel[] = [];
  readonly downloads: { progress: (progress: DownloadProgress) => void; end: (error?: Error) => void; signal: AbortSignal }[] = [];
  installed = 0;

  check(channel: UpdateChannel): Promise<Release | null> {
    this.asked.push(channel);
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(this.release);
  }
  download(progress: (progress: DownloadProgress) => void, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('cancelled')));
      this.downloads.push({ progress, signal, end: (error) => (error ? reject(error) : resolve()) });
    });
  }
  install(): Promise<void> {
    this.installed++;
    return Promise.reject(this.failure ?? new UpdateError('place', 'EACCES'));
  }
}

let directory: string;
let source: FakeSource;
let now: number;
const found: string[] = [];
const settings = { updateCheck: true, updateDownload: false, updateChannel: 'stable' as UpdateChannel };
let files: UpdateMemoryFile[];
const memoryFile = () => {
  const file = new UpdateMemoryFile(join(directory, 'config/updates.json'));
  files.push(file);
  return file;
};
const open = (way: UpdateWay = 'self') =>
  Updates.open({
    way,
    version: '0.1.0',
    source: () => Promise.resolve(source),
    memory: memoryFile(),
    settings: () => settings,
    onFound: ({ version }) => found.push(version),
    now: () => now,
    random: () => 0.5,
  });
const kept = async () => JSON.parse(await readFile(join(directory, 'config/updates.json'), 'utf8')) as Record<string, unknown>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'slipway-updates-'));
  files = [];
  source = new FakeSource();
  now = 1_000_000_000;
  found.length = 0;
  Object.assign(settings, { updateCheck: true, updateDownload: false, updateChannel: 'stable' });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const file of files) await file.settled();
  await rm(directory, { recursive: true, force: true });
});

it('looks after a start and every few hours, tells of a version once, and fetches nothing unasked', async () => {
  using updates = await open();
  updates.apply();
  expect(source.asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(source.asked).toEqual(['stable']);
  expect(updates.state).toMatchObject({ phase: 'available', release: NEXT, checkedAt: now, isQuiet: false });
  expect(found).toEqual(['0.2.0']);
  await vi.advanceTimersByTimeAsync(13 * HOUR);
  expect(source.asked).toHaveLength(3);
  expect(found).toEqual(['0.2.0']);
  expect(source.downloads).toEqual([]);
});

it('is not heard when it is switched off, and is at once when it is switched on again', async () => {
  settings.updateCheck = false;
  using updates = await open();
  updates.apply();
  await vi.advanceTimersByTimeAsync(48 * HOUR);
  expect(source.asked).toEqual([]);
  settings.updateCheck = true;
  updates.apply();
  await vi.advanceTimersByTimeAsync(20_000);
  settings.updateCheck = false;
  updates.apply();
  await vi.advanceTimersByTimeAsync(48 * HOUR);
  expect(source.asked).toHaveLength(1);
  await updates.check();
  expect(source.asked).toHaveLength(2);
});

it('does not ask again after a start that follows an answer, and after another day does', async () => {
  using first = await open();
  await first.check();
  await expect.poll(kept).toMatchObject({ checkedAt: now });
  now += 60_000;
  using second = await open();
  second.apply();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(source.asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(source.asked).toHaveLength(2);
});

it('fetches by itself where that is wanted, and begins only when it is asked to', async () => {
  settings.updateDownload = true;
  using updates = await open();
  updates.apply();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(updates.state.phase).toBe('downloading');
  now += 1000;
  source.downloads[0]?.progress({ received: 400, total: 1200, rate: 90 });
  expect(updates.state).toMatchObject({ received: 400, rate: 90, release: { size: 1200 } });
  const seen = vi.fn();
  updates.subscribe(seen);
  now += 10;
  source.downloads[0]?.progress({ received: 401, total: 1200, rate: 90 });
  expect(seen).not.toHaveBeenCalled();
  source.downloads[0]?.end();
  await vi.advanceTimersByTimeAsync(0);
  expect(updates.state).toMatchObject({ phase: 'ready', failure: null });
  expect(source.installed).toBe(0);
  // What is ready stays so whatever is released meanwhile.
  await vi.advanceTimersByTimeAsync(24 * HOUR);
  expect([updates.state.phase, source.asked.length]).toEqual(['ready', 1]);
  await updates.install();
  expect(source.installed).toBe(1);
  expect(updates.state).toMatchObject({ phase: 'ready', failure: { kind: 'place', detail: 'EACCES' } });
});

it('gives up, fails and begins again without a trace of it', async () => {
  using updates = await open();
  await updates.check();
  void updates.download();
  await vi.advanceTimersByTimeAsync(0);
  void updates.download();
  await vi.advanceTimersByTimeAsync(0);
  expect(source.downloads).toHaveLength(1);
  updates.cancel();
  updates.cancel();
  await vi.advanceTimersByTimeAsync(0);
  expect(source.downloads[0]?.signal.aborted).toBe(true);
  expect(updates.state).toMatchObject({ phase: 'available', received: 0, failure: null });
  const again = updates.download();
  await vi.advanceTimersByTimeAsync(0);
  source.downloads[1]?.end(new UpdateError('digest', 'sha512'));
  await again;
  expect(updates.state).toMatchObject({ phase: 'available', failure: { kind: 'digest', detail: 'sha512' } });
  await expect(updates.install()).rejects.toThrow('No update is ready');
});

it('says why it could not ask, keeps what it knew, and forgets the reason with the next answer', async () => {
  using updates = await open();
  await updates.check();
  source.failure = new UpdateError('unreachable', 'net::ERR');
  await updates.check();
  expect(updates.state).toMatchObject({ phase: 'available', release: NEXT, failure: { kind: 'unreachable' } });
  source.failure = null;
  source.release = null;
  await updates.check();
  expect(updates.state).toMatchObject({ phase: 'idle', release: null, failure: null });
});

it('is quiet of a version that is skipped until there is another, and for three days when it is to come later', async () => {
  settings.updateDownload = true;
  using updates = await open();
  await updates.check();
  updates.skip();
  expect(updates.state).toMatchObject({ isSkipped: true, isQuiet: true });
  await updates.check(false);
  expect([found, source.downloads]).toEqual([[], []]);
  await expect.poll(kept).toMatchObject({ skipped: '0.2.0' });
  source.release = { ...NEXT, version: '0.3.0' };
  await updates.check();
  expect(updates.state).toMatchObject({ isSkipped: false, isQuiet: false });
  updates.later();
  now += 2 * 24 * HOUR;
  expect(updates.state.isQuiet).toBe(true);
  now += 2 * 24 * HOUR;
  expect(updates.state.isQuiet).toBe(false);
  updates.skip();
  updates.unskip();
  expect(updates.state.isQuiet).toBe(false);
});

it('drops what another channel had, and asks the new one', async () => {
  using updates = await open();
  updates.apply();
  await updates.check();
  void updates.download();
  await vi.advanceTimersByTimeAsync(0);
  settings.updateChannel = 'beta';
  updates.apply();
  expect(updates.state).toMatchObject({ phase: 'idle', release: null });
  expect(source.downloads[0]?.signal.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(1);
  expect(source.asked).toEqual(['stable', 'beta']);
});

it('asks nothing where something else updates it, nor takes a damaged file for more than none', async () => {
  using updates = await open('packages');
  updates.apply();
  await vi.advanceTimersByTimeAsync(48 * HOUR);
  await expect(updates.check()).rejects.toThrow('does not update itself');
  expect(source.asked).toEqual([]);
  await memoryFile().write({ checkedAt: 5, skipped: '', told: '', quietUntil: 0 });
  await writeFile(join(directory, 'config/updates.json'), '{"checkedAt":"yesterday"}');
  using next = await open();
  expect(next.state.checkedAt).toBe(0);
});
