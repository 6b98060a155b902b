import { expect, it } from 'vitest';
import { choosePlatform, formatPlatform, hostPlatform, normalizePlatform, parsePlatform, runsOn } from './platform.ts';

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
  for (const text of ['', 'linux', 'linux/', 'linux/a/b/c', 'lin ux/amd64']) expect(() => parsePlatform(text)).toThrow('is not os/architecture[/variant]');
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
