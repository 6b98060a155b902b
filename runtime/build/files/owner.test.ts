import { describe, expect, it } from 'vitest';
import { ownerOf } from './owner.ts';

const PASSWD = 'root:x:0:0::/root:/bin/sh\nann:x:1000:1001::/home/ann:/bin/sh\n7:x:70:70::/:/bin/sh\n';
const GROUP = 'root:x:0:\nusers:x:100:ann\n8:x:80:\n';

describe('ownerOf', () => {
  it.each<[chown: string, uid: number, gid: number]>([
    ['0', 0, 0],
    ['1000', 1000, 1000],
    ['5:6', 5, 6],
    ['7:8', 7, 8],
    ['ann', 1000, 1001],
    ['ann:users', 1000, 100],
    ['ann:9', 1000, 9],
    ['3:users', 3, 100],
    ['root', 0, 0],
  ])('%s is %i:%i', (chown, uid, gid) => {
    expect(ownerOf(chown, PASSWD, GROUP)).toEqual({ uid, gid, unknown: [] });
  });

  it.each<[chown: string, uid: number, gid: number, unknown: readonly string[]]>([
    ['bob', 0, 0, ['user "bob"']],
    ['bob:9', 0, 9, ['user "bob"']],
    ['ann:bobs', 1000, 0, ['group "bobs"']],
    ['bob:bobs', 0, 0, ['user "bob"', 'group "bobs"']],
  ])('%s is %i:%i, and says whom it does not know', (chown, uid, gid, unknown) => {
    expect(ownerOf(chown, PASSWD, GROUP)).toEqual({ uid, gid, unknown });
  });

  it.each(['4294967296', 'ann:4294967296'])('refuses %s', (chown) => {
    expect(() => ownerOf(chown, PASSWD, GROUP)).toThrow(
      expect.objectContaining({
        kind: 'InvalidArgument',
        message: expect.stringContaining('unable to convert uid/gid chown string to host mapping: ') as string,
      }),
    );
  });
});
