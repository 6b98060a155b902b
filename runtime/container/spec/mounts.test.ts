import { describe, expect, it } from 'vitest';
import { userMountsOf } from './mounts.ts';

describe('userMountsOf', () => {
  it('reads Binds, Mounts and Tmpfs into one form, parents first', () => {
    const mounts = userMountsOf({
      Binds: ['/srv/data/:/data/deep:ro,rslave'],
      Mounts: [
        { Type: 'bind', Source: '/x', Target: '/data' },
        { Type: 'tmpfs', Target: '/a/b/c/', TmpfsOptions: { SizeBytes: 4096, Mode: 0o1777 } },
      ],
      Tmpfs: { '/run': 'rw,size=64k' },
    });
    expect(mounts).toEqual([
      { type: 'bind', source: '/x', target: '/data', readonly: false, recursive: true, propagation: 'rprivate', createSource: false },
      { type: 'tmpfs', target: '/run', options: ['rw', 'size=64k'] },
      { type: 'bind', source: '/srv/data', target: '/data/deep', readonly: true, recursive: true, propagation: 'rslave', createSource: true },
      { type: 'tmpfs', target: '/a/b/c', options: ['size=4096', 'mode=1777'] },
    ]);
  });

  it.each([
    [{ Binds: ['/a'] }, "invalid volume specification: '/a'"],
    [{ Binds: ['/a:b'] }, "invalid mount path: 'b' mount path must be absolute"],
    [{ Binds: ['/a:/'] }, "destination can't be '/'"],
    [{ Binds: ['/a:/b/..'] }, "destination can't be '/'"],
    [{ Binds: ['/a:/b:wr'] }, 'invalid mode: wr'],
    [{ Binds: ['/a:/b', '/c:/b/'] }, 'Duplicate mount point: /b'],
    [{ Binds: ['/a:/proc'] }, '"/proc" cannot be mounted because it is inside /proc'],
    [{ Binds: ['/a:/x/../proc/sys'] }, '"/proc/sys" cannot be mounted because it is inside /proc'],
    [{ Mounts: [{ Type: 'bind' as const, Source: 'rel', Target: '/b' }] }, "invalid mount path: 'rel' mount path must be absolute"],
    [{ Mounts: [{ Type: 'bind' as const, Source: '/a', Target: '/b', BindOptions: { Propagation: 'odd' } }] }, 'invalid propagation mode: odd'],
  ])('refuses %j', (host, text) => {
    expect(() => userMountsOf(host)).toThrow(text);
  });

  it('lets single files of /proc be covered', () => {
    expect(userMountsOf({ Binds: ['/var/lib/lxcfs/meminfo:/proc/meminfo'] })).toHaveLength(1);
  });

  it('says that named volumes are unsupported', () => {
    expect(() => userMountsOf({ Binds: ['data:/data'] })).toThrow('named volumes are not supported by this engine: data');
  });
});
