import { describe, expect, it } from 'vitest';
import { parseMountinfo } from './mountinfo.ts';

describe('parseMountinfo', () => {
  it('reads every field', () => {
    const [mount] = parseMountinfo('36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 shared:4 - ext3 /dev/root rw,errors=continue\n');
    expect(mount).toEqual({
      id: 36,
      parentId: 35,
      major: 98,
      minor: 0,
      root: '/mnt1',
      mountPoint: '/mnt2',
      options: ['rw', 'noatime'],
      propagation: ['master:1', 'shared:4'],
      fstype: 'ext3',
      source: '/dev/root',
      superOptions: ['rw', 'errors=continue'],
    });
  });

  it('reads a mount without propagation and with escaped characters', () => {
    const [mount] = parseMountinfo(String.raw`1 2 0:5 / /a\040b\134c rw - tmpfs a\011b rw`);
    expect(mount).toMatchObject({ mountPoint: '/a b\\c', source: 'a\tb', propagation: [], fstype: 'tmpfs' });
  });

  it('leaves out lines of another form', () => {
    expect(parseMountinfo('\ngarbage\n1 2 x:y / / rw - a b c\n1 2 0:1 / /ok rw - a b c')).toHaveLength(1);
  });
});
