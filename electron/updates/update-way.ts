import type { UpdateWay } from '../ipc/contract/updates.ts';

export interface InstalledCopy {
  readonly platform: string;
  readonly packaged: boolean;
  /** What the package says that it is (`deb`, `rpm`); empty: nothing. */
  readonly packageType: string;
  /** The AppImage that runs; empty: none does. */
  readonly appImage: string;
  /** Text of the file in which the packager says where updates come from; empty: there is none. */
  readonly feed: string;
}

/** Whether a copy of the app can put a newer one in its place. */
export function updateWay({ platform, packaged, packageType, appImage, feed }: InstalledCopy): UpdateWay {
  if (!packaged) return 'development';
  if (packageType !== '') return 'packages';
  if (platform === 'linux' && appImage === '') return 'loose';
  return isSafeFeed(feed) ? 'self' : 'unconfigured';
}

/** The digest of a release comes from the same place as the release: it has to come by TLS, or from this machine. */
function isSafeFeed(feed: string): boolean {
  const address = /^url:\s*(\S+)\s*$/m.exec(feed)?.[1]?.replace(/^(['"])(.*)\1$/, '$2') ?? '';
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}
