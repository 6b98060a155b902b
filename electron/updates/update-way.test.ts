import { expect, it } from 'vitest';
import { updateWay } from './update-way.ts';

const FEED = 'provider: generic\nurl: https://updates.example/slipway\nupdaterCacheDirName: slipway-updater\n';
const APP_IMAGE = { platform: 'linux', packaged: true, packageType: '', appImage: '/home/ada/Slipway.AppImage', feed: FEED };

it.each([
  ['an AppImage', {}, 'self'],
  ['an app of a Mac', { platform: 'darwin', appImage: '' }, 'self'],
  ['one that was set up on Windows', { platform: 'win32', appImage: '' }, 'self'],
  ['a package of the system, even within an AppImage', { packageType: 'deb' }, 'packages'],
  ['its sources', { packaged: false }, 'development'],
  ['a folder that was unpacked', { appImage: '' }, 'loose'],
  ['a build without an address', { feed: '' }, 'unconfigured'],
  ['an address with an empty variable', { feed: 'provider: generic\nurl: \n' }, 'unconfigured'],
  ['an address that anybody on the way can answer', { feed: FEED.replace('https', 'http') }, 'unconfigured'],
  ['an address that is no address', { feed: 'url: ${env.SLIPWAY_UPDATE_URL}' }, 'unconfigured'],
  ['this machine, for a trial', { feed: "url: 'http://127.0.0.1:8000/'" }, 'self'],
] as const)('%s', (_, part, expected) => expect(updateWay({ ...APP_IMAGE, ...part })).toBe(expected));
