import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AppUpdater, CancellationToken, UpdateInfo } from 'electron-updater';
import type { Release, UpdateFailureKind } from '../ipc/contract/updates.ts';
import { type ReleaseSource, UpdateError } from './release-source.ts';

const MAX_NOTES = 20_000;
const MAX_DETAIL = 300;
const KIND_OF_CODE: Readonly<Record<string, UpdateFailureKind>> = {
  ERR_UPDATER_CHANNEL_FILE_NOT_FOUND: 'channel',
  ERR_UPDATER_LATEST_VERSION_NOT_FOUND: 'channel',
  ERR_CHECKSUM_MISMATCH: 'digest',
  ERR_UPDATER_NO_CHECKSUM: 'digest',
};
/** What of a release fits this system. */
const FILE_OF: Readonly<Record<string, RegExp>> = { linux: /\.AppImage$/i, darwin: /\.zip$/i, win32: /\.exe$/i };

export interface InstallPlace {
  readonly platform: string;
  /** The file that is to be replaced; empty: not one file. */
  readonly appImage: string;
  /** Lets the next start of the app be the first, or takes that back. */
  readonly yield: (isLeaving: boolean) => void;
}

/** Releases by electron-updater, which is read in only here: most runs of the app need none of it. */
export async function electronSource(place: InstallPlace): Promise<ReleaseSource> {
  const {
    default: { autoUpdater, CancellationToken },
  } = await import('electron-updater');
  return sourceOf(autoUpdater, () => new CancellationToken(), place);
}

/** The contract over an updater that is loaded. */
export function sourceOf(updater: AppUpdater, newToken: () => CancellationToken, place: InstallPlace): ReleaseSource {
  updater.logger = null;
  updater.autoDownload = false;
  // Nothing begins in the place of this app unasked, at its end neither.
  updater.autoInstallOnAppQuit = false;
  updater.disableWebInstaller = true;
  // Who asks is nobody's business: the number that it would send of this copy is the same for all.
  updater.requestHeaders = { 'x-user-staging-id': '0' };
  let last: Promise<unknown> = Promise.resolve();
  return {
    async check(channel) {
      updater.channel = channel === 'stable' ? 'latest' : channel;
      updater.allowPrerelease = channel !== 'stable';
      // Setting a channel allows older versions, which may not read what this one has written.
      updater.allowDowngrade = false;
      const found = await updater.checkForUpdates().catch(refuse);
      return found?.isUpdateAvailable ? releaseOf(found.updateInfo, place.platform) : null;
    },
    download(onProgress, signal) {
      const fetchIt = async (): Promise<void> => {
        signal.throwIfAborted();
        const token = newToken();
        const cancel = () => token.cancel();
        const tell = ({ transferred, total, bytesPerSecond }: { transferred: number; total: number; bytesPerSecond: number }) =>
          onProgress({ received: transferred, total, rate: bytesPerSecond });
        updater.on('download-progress', tell);
        signal.addEventListener('abort', cancel, { once: true });
        try {
          await updater.downloadUpdate(token).catch(refuse);
        } finally {
          updater.off('download-progress', tell);
          signal.removeEventListener('abort', cancel);
        }
      };
      // While one that was given up still ends, the updater would give that, and its failure, to whoever asks again.
      const fetching = last.then(fetchIt);
      last = fetching.catch(() => undefined);
      return fetching;
    },
    async install() {
      await checkPlace(place);
      const failed = Promise.withResolvers<never>();
      const fail = (error: Error) => failed.reject(error);
      updater.once('error', fail);
      place.yield(true);
      try {
        updater.quitAndInstall(false, true);
        await failed.promise;
      } catch (error) {
        place.yield(false);
        refuse(error);
      } finally {
        updater.off('error', fail);
      }
    },
  };
}

/** The updater removes the old file before it moves the new one: where the second would fail, the first must not be done. */
async function checkPlace({ appImage }: InstallPlace): Promise<void> {
  if (appImage === '') return;
  try {
    await access(dirname(appImage), constants.W_OK);
    await access(appImage, constants.W_OK);
  } catch (error) {
    throw new UpdateError('place', error instanceof Error ? error.message : String(error));
  }
}

function refuse(error: unknown): never {
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  const isNetwork = /^(net::|getaddrinfo|connect )|ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|HTTP error|timed out/.test(message) || code.startsWith('HTTP_ERROR');
  // Behind the first line are stacks and headers.
  throw new UpdateError(KIND_OF_CODE[code] ?? (isNetwork ? 'unreachable' : 'other'), message.split('\n', 1)[0]?.slice(0, MAX_DETAIL) ?? '');
}

function releaseOf({ version, releaseNotes, releaseDate, files }: UpdateInfo, platform: string): Release {
  const notes = typeof releaseNotes === 'string' ? releaseNotes : (releaseNotes ?? []).map(({ note }) => note ?? '').join('\n\n');
  const date = Date.parse(releaseDate);
  const file = files.find(({ url }) => FILE_OF[platform]?.test(url)) ?? files[0];
  return { version: version.slice(0, 100), notes: readable(notes), date: Number.isFinite(date) ? date : 0, size: file?.size ?? 0 };
}

/** Lines of text without what would turn or hide the rest of them. */
const readable = (text: string): string =>
  text
    .slice(0, MAX_NOTES)
    .replaceAll('\r\n', '\n')
    .replace(/[^\P{C}\n\t]+/gu, ' ')
    .trim();
