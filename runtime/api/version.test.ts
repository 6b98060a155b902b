import { describe, expect, it } from 'vitest';
import { splitVersion } from './version.ts';

describe('version prefix', () => {
  it.each([
    ['/v1.24/info', 24, '/info'],
    ['/v1.47/containers/json', 47, '/containers/json'],
    ['/info', 47, '/info'],
    ['/v1.47', 47, '/v1.47'],
    ['/volumes', 47, '/volumes'],
  ])('%s', (path, version, rest) => expect(splitVersion(path)).toEqual({ version, rest }));

  it.each(['/v1.48/info', '/v2.0/info'])('refuses %s as too new', (path) => {
    expect(() => splitVersion(path)).toThrow(`client version ${path.slice(2, 6).replace('/', '')} is too new. Maximum supported API version is 1.47`);
  });

  it.each(['/v1.23/info', '/v0.9/info'])('refuses %s as too old', (path) => {
    expect(() => splitVersion(path)).toThrow(/is too old\. Minimum supported API version is 1\.24, please upgrade your client/);
  });
});
