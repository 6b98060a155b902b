import { describe, expect, it } from 'vitest';
import { resolveUser } from './user.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nweb:x:33:33::/var/www:/bin/false\n1000:x:7:7::/odd:\nbroken:x:abc:1::/:\n# note\n';
const GROUP = 'root:x:0:\nweb:x:33:\nwheel:x:10:root,web\nusers:x:100:web\n';
const resolve = (spec: string, add: string[] = []) => resolveUser(spec, add, PASSWD, GROUP);

describe('resolveUser', () => {
  it('is root with its home and groups by default', () => {
    expect(resolve('')).toEqual({ uid: 0, gid: 0, groups: [0, 10], home: '/root' });
    expect(resolveUser('', [], '', '')).toEqual({ uid: 0, gid: 0, groups: [0], home: '/' });
  });

  it('finds names and the groups that list them', () => {
    expect(resolve('web')).toEqual({ uid: 33, gid: 33, groups: [33, 10, 100], home: '/var/www' });
  });

  it('takes a given group alone, with what is added', () => {
    expect(resolve('web:users')).toEqual({ uid: 33, gid: 100, groups: [100], home: '/var/www' });
    expect(resolve('web:users', ['wheel', '7'])).toMatchObject({ groups: [100, 10, 7] });
  });

  it('reads digits as an id, never as a name', () => {
    expect(resolve('1000')).toEqual({ uid: 1000, gid: 0, groups: [0], home: '/' });
    expect(resolve('33:44')).toEqual({ uid: 33, gid: 44, groups: [44], home: '/var/www' });
  });

  it.each([
    ['nobody', 'unable to find user nobody: no matching entries in passwd file'],
    ['1000abc', 'unable to find user 1000abc: no matching entries in passwd file'],
    ['-1', 'unable to find user -1: no matching entries in passwd file'],
    ['broken', 'unable to find user broken: no matching entries in passwd file'],
    ['root:none', 'unable to find group none: no matching entries in group file'],
    ['4294967296', 'uids and gids must be in range 0-2147483647'],
  ])('refuses %s', (spec, text) => {
    expect(() => resolve(spec)).toThrow(text);
  });

  it('names an added group that is missing', () => {
    expect(() => resolve('', ['gone'])).toThrow('Unable to find group gone');
  });
});
