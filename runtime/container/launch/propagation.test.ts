import { describe, expect, it } from 'vitest';
import { parseMountinfo } from '../../sys/mountinfo.ts';
import type { Propagation } from '../spec/user-mount.ts';
import { checkSource } from './propagation.ts';

const TABLE = parseMountinfo(
  [
    '27 1 254:0 / / rw - ext4 /dev/vda rw',
    '30 27 0:40 / /shared rw shared:1 - tmpfs tmpfs rw',
    '31 27 0:41 / /slave rw master:1 - tmpfs tmpfs rw',
    '32 30 0:42 / /shared/covered rw shared:2 - tmpfs tmpfs rw',
    '33 32 0:43 / /shared/covered rw - tmpfs tmpfs rw',
  ].join('\n'),
);

const check = (source: string, propagation: Propagation): void =>
  checkSource({ type: 'bind', source, target: '/t', readonly: false, recursive: true, propagation, createSource: false }, source, TABLE);

describe('checkSource', () => {
  it.each([
    ['/shared', 'rshared'],
    ['/shared/deep', 'shared'],
    ['/shared', 'rslave'],
    ['/slave/x', 'slave'],
  ] as const)('takes %s as %s', (source, propagation) => {
    expect(() => check(source, propagation)).not.toThrow();
  });

  it.each([
    ['/sharedx', 'rshared', 'path /sharedx is mounted on / but it is not a shared mount'],
    ['/slave', 'shared', 'path /slave is mounted on /slave but it is not a shared mount'],
    ['/srv', 'rslave', 'path /srv is mounted on / but it is not a shared or slave mount'],
    ['/shared/covered/x', 'slave', 'path /shared/covered/x is mounted on /shared/covered but it is not a shared or slave mount'],
  ] as const)('refuses %s as %s', (source, propagation, text) => {
    expect(() => check(source, propagation)).toThrow(text);
  });
});
