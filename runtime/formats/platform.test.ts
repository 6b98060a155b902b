import { expect, it } from 'vitest';
import { choosePlatform, formatPlatform, hostPlatform, normalizePlatform, parsePlatform, requirePlatform, runsOn } from './platform.ts';

it('names machines as Go does', () => {
  expect(['x64', 'arm64', 'arm', 's390x'].map((name) => formatPlatform(hostPlatform(name)))).toEqual([
    'linux/amd64',
    'linux/arm64',
    'linux/arm/v7',
    'linux/s390x',
  ]);
  expect(normalizePlatform({ os: 'Linux', architecture: 'aarch64', variant: 'v8' })).toEqual({ os: 'linux', architecture: 'arm64' });
});

it('parses what it formats and refuses the rest', () => {
  for (const text of ['linux/amd64', 'linux/arm/v6', 'windows/amd64']) expect(formatPlatform(parsePlatform(text))).toBe(text);
  expect(['arm64', 'aarch64', 'arm', 's390x'].map((text) => formatPlatform(parsePlatform(text)))).toEqual([
    'linux/arm64',
    'linux/arm64',
    'linux/arm/v7',
    'linux/s390x',
  ]);
  expect(parsePlatform('windows')).toEqual({ ...hostPlatform(process.arch), os: 'windows' });
  for (const text of ['', 'linus', 'linux/', 'linux/a/b/c', 'lin ux/amd64']) expect(() => parsePlatform(text)).toThrow('is not os/architecture[/variant]');
});

it('chooses the best that runs', () => {
  const choose = (host: string, ...candidates: string[]): string | undefined => choosePlatform(candidates, parsePlatform(host), parsePlatform);
  expect(choose('linux/amd64', 'linux/arm64', 'linux/amd64')).toBe('linux/amd64');
  expect(choose('linux/amd64', 'linux/386', 'linux/amd64')).toBe('linux/amd64');
  expect(choose('linux/amd64', 'linux/386', 'windows/amd64')).toBe('linux/386');
  expect(choose('linux/arm/v7', 'linux/arm/v5', 'linux/arm/v6', 'linux/arm/v8')).toBe('linux/arm/v6');
  expect(choose('linux/arm64', 'linux/amd64')).toBeUndefined();
  expect(runsOn(parsePlatform('linux/arm64/v8'), hostPlatform('arm64'))).toBe(true);
  expect(runsOn(parsePlatform('windows/amd64'), hostPlatform('x64'))).toBe(false);
});

it('requires the platform that was asked for', () => {
  const require = (image: string, wanted: string): void => requirePlatform('a:1', parsePlatform(image), parsePlatform(wanted));
  for (const [image, wanted] of [
    ['linux/amd64', 'linux/amd64'],
    ['linux/386', 'linux/amd64'],
    ['linux/arm/v6', 'linux/arm'],
  ] as const)
    expect(() => require(image, wanted)).not.toThrow();
  expect(() => require('linux/amd64', 'linux/arm64')).toThrow(
    expect.objectContaining({
      kind: 'NotFound',
      message: 'image with reference a:1 was found but does not match the specified platform: wanted linux/arm64, actual: linux/amd64',
      details: { platform: 'linux/arm64' },
    }),
  );
});
