import { EventEmitter } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppUpdater, CancellationToken } from 'electron-updater';
import { expect, it, vi } from 'vitest';
import { type InstallPlace, sourceOf } from './electron-source.ts';

const PLACE: InstallPlace = { platform: 'linux', appImage: '', yield: () => undefined };
const INFO = {
  version: '0.2.0',
  releaseDate: '2026-11-12T09:00:00.000Z',
  releaseNotes: 'a\r\nb\u202e\u001b[31mc\u0000',
  files: [
    { url: 'Slipway-0.2.0.deb', size: 5 },
    { url: 'Slipway-0.2.0.AppImage', size: 7 },
  ],
};

const updater = (part: object) => Object.assign(new EventEmitter(), part) as unknown as AppUpdater & Record<string, unknown>;
const withCode = (code: string, message: string) => Object.assign(new Error(message), { code });
const noToken = () => ({ cancel: () => undefined }) as unknown as CancellationToken;

it('has the updater do nothing by itself, take nothing older, and not say who asks', async () => {
  const one = updater({ checkForUpdates: () => Promise.resolve({ isUpdateAvailable: true, updateInfo: INFO }) });
  // As the real one does when a channel is set.
  Object.defineProperty(one, 'channel', { set: () => Object.assign(one, { allowDowngrade: true }) });
  const release = await sourceOf(one, noToken, PLACE).check('stable');
  expect(release).toEqual({ version: '0.2.0', notes: 'a\nb [31mc', date: Date.UTC(2026, 10, 12, 9), size: 7 });
  expect(one).toMatchObject({
    autoDownload: false,
    autoInstallOnAppQuit: false,
    allowDowngrade: false,
    allowPrerelease: false,
    disableWebInstaller: true,
    requestHeaders: { 'x-user-staging-id': '0' },
  });
});

it('bounds what a server tells of a release, and takes strange parts for nothing', async () => {
  const updateInfo = {
    ...INFO,
    releaseDate: 'soon',
    releaseNotes: [
      { version: '1', note: 'x'.repeat(50_000) },
      { version: '0', note: null },
    ],
    files: [],
  };
  const one = updater({ checkForUpdates: () => Promise.resolve({ isUpdateAvailable: true, updateInfo }) });
  const release = await sourceOf(one, noToken, PLACE).check('beta');
  expect([release?.notes.length, release?.date, release?.size]).toEqual([20_000, 0, 0]);
  const none = updater({ checkForUpdates: () => Promise.resolve({ isUpdateAvailable: false, updateInfo }) });
  expect(await sourceOf(none, noToken, PLACE).check('stable')).toBeNull();
  const inactive = updater({ checkForUpdates: () => Promise.resolve(null) });
  expect(await sourceOf(inactive, noToken, PLACE).check('stable')).toBeNull();
});

it.each([
  ['channel', withCode('ERR_UPDATER_CHANNEL_FILE_NOT_FOUND', 'Cannot find channel "beta-linux.yml"\n  headers and stacks')],
  ['digest', withCode('ERR_CHECKSUM_MISMATCH', 'sha512 checksum mismatch')],
  ['unreachable', new Error('net::ERR_NAME_NOT_RESOLVED')],
  ['unreachable', withCode('HTTP_ERROR_503', '503 Service Unavailable')],
  ['other', new Error('No files provided')],
] as const)('a failure of the kind %s', async (kind, error) => {
  const one = updater({ checkForUpdates: () => Promise.reject(error), downloadUpdate: () => Promise.reject(error) });
  const expected = { name: 'UpdateError', kind, message: error.message.split('\n')[0] };
  await expect(sourceOf(one, noToken, PLACE).check('stable')).rejects.toMatchObject(expected);
  await expect(sourceOf(one, noToken, PLACE).download(() => undefined, new AbortController().signal)).rejects.toMatchObject(expected);
});

it('tells how far a download is, and ends it when it is given up', async () => {
  const cancel = vi.fn();
  const { promise, reject } = Promise.withResolvers<string[]>();
  const downloadUpdate = vi.fn(() => promise);
  const one = updater({ downloadUpdate });
  const abort = new AbortController();
  const told: unknown[] = [];
  const token = { cancel: () => (cancel(), reject(new Error('cancelled'))) } as unknown as CancellationToken;
  const downloading = sourceOf(one, () => token, PLACE).download((progress) => told.push(progress), abort.signal);
  await vi.waitFor(() => expect(downloadUpdate).toHaveBeenCalled());
  one.emit('download-progress', { transferred: 3, total: 9, bytesPerSecond: 2, percent: 33, delta: 1 });
  abort.abort();
  await expect(downloading).rejects.toThrow('cancelled');
  one.emit('download-progress', { transferred: 9, total: 9, bytesPerSecond: 2, percent: 100, delta: 1 });
  expect([told, cancel.mock.calls.length]).toEqual([[{ received: 3, total: 9, rate: 2 }], 1]);
});

it('asks again only when a download that was given up has ended, whose failure the updater would give it', async () => {
  const asked: PromiseWithResolvers<string[]>[] = [];
  let isRunning = false;
  // As the real one: whoever asks meanwhile gets what runs.
  const downloadUpdate = () => {
    if (!isRunning) asked.push(Promise.withResolvers());
    isRunning = true;
    return (asked.at(-1) as PromiseWithResolvers<string[]>).promise;
  };
  const source = sourceOf(updater({ downloadUpdate }), noToken, PLACE);
  const abort = new AbortController();
  const first = source.download(() => undefined, abort.signal);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  abort.abort();
  const second = source.download(() => undefined, new AbortController().signal);
  await new Promise((resolve) => setImmediate(resolve));
  isRunning = false;
  asked[0]?.reject(new Error('cancelled'));
  await expect(first).rejects.toThrow('cancelled');
  await vi.waitFor(() => expect(asked).toHaveLength(2));
  asked[1]?.resolve([]);
  await second;
});

it('leaves the old file alone where a new one cannot be put, and stays the first of its kind when it did not end', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-place-'));
  try {
    const yielded: boolean[] = [];
    const quitAndInstall = vi.fn();
    const one = updater({ quitAndInstall });
    const gone = { ...PLACE, appImage: join(directory, 'gone/Slipway.AppImage'), yield: (leaving: boolean) => yielded.push(leaving) };
    await expect(sourceOf(one, noToken, gone).install()).rejects.toMatchObject({ kind: 'place' });
    expect([quitAndInstall.mock.calls, yielded]).toEqual([[], []]);
    const appImage = join(directory, 'Slipway.AppImage');
    await writeFile(appImage, '');
    await chmod(appImage, 0o755);
    quitAndInstall.mockImplementation(() => one.emit('error', new Error('mv: No space left on device')));
    await expect(sourceOf(one, noToken, { ...gone, appImage }).install()).rejects.toMatchObject({ kind: 'other', message: 'mv: No space left on device' });
    expect(yielded).toEqual([true, false]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
