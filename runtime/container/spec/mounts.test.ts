import { describe, expect, it } from 'vitest';
import { userMountsOf } from './mounts.ts';

const bind = { type: 'bind', readonly: false, recursive: true, propagation: 'rprivate', createSource: true } as const;

describe('userMountsOf', () => {
  it('reads Binds, Mounts and Tmpfs into one form, parents first', () => {
    const mounts = userMountsOf({
      Binds: ['/srv/data/:/data/deep:ro,rslave,z', '/y:/y:'],
      Mounts: [
        { Type: 'bind', Source: '/x', Target: '/data' },
        { Type: 'tmpfs', Target: '/a/b/c/', TmpfsOptions: { SizeBytes: 4096, Mode: 0o1777, Options: [['exec']] } },
      ],
      Tmpfs: { '/run': 'rw,size=64k' },
    });
    expect(mounts).toEqual([
      { ...bind, source: '/y', target: '/y' },
      { ...bind, source: '/x', target: '/data', createSource: false },
      { type: 'tmpfs', target: '/run', options: ['rw', 'size=64k'] },
      { ...bind, source: '/srv/data', target: '/data/deep', readonly: 'all', propagation: 'rslave' },
      { type: 'tmpfs', target: '/a/b/c', options: ['mode=1777', 'size=4096', 'exec'] },
    ]);
  });

  it('reads volumes of both forms', () => {
    const volume = { type: 'volume', name: '', readonly: false, nocopy: false, subpath: '', driver: '', driverOptions: {}, labels: {} };
    const VolumeOptions = { NoCopy: true, Subpath: 'a/b', DriverConfig: { Name: 'local', Options: { o: 'x' } }, Labels: { k: 'v' } };
    expect(
      userMountsOf({ Binds: ['data:/b:ro,nocopy', '/a'], VolumeDriver: 'local', Mounts: [{ Type: 'volume', Source: 'v', Target: '/c', VolumeOptions }] }),
    ).toEqual([
      { ...volume, name: 'data', target: '/b', readonly: true, nocopy: true, driver: 'local' },
      { ...volume, target: '/a', driver: 'local' },
      { ...volume, name: 'v', target: '/c', nocopy: true, subpath: 'a/b', driver: 'local', driverOptions: { o: 'x' }, labels: { k: 'v' } },
    ]);
  });

  it.each([
    [{}, { readonly: false }],
    [{ ReadOnly: true }, { readonly: 'all' }],
    [{ ReadOnly: true, BindOptions: { ReadOnlyNonRecursive: true } }, { readonly: 'top' }],
    [{ ReadOnly: true, BindOptions: { ReadOnlyForceRecursive: true } }, { readonly: 'all' }],
    [{ BindOptions: { NonRecursive: true, CreateMountpoint: true, Propagation: 'shared' } }, { recursive: false, createSource: true, propagation: 'shared' }],
  ])('reads a bind of %j', (more, expected) => {
    expect(userMountsOf({ Mounts: [{ Type: 'bind', Source: '/s', Target: '/t', ...more }] })).toEqual([
      { ...bind, createSource: false, source: '/s', target: '/t', ...expected },
    ]);
  });

  const specification = "invalid volume specification: '";
  it.each([
    ['', `${specification}'`],
    [':/b', `${specification}:/b'`],
    ['/a:ro', `${specification}/a:ro'`],
    ['/a:/b:ro:z', `${specification}/a:/b:ro:z'`],
    ['/a:', `${specification}/a:'`],
    ['/a:b', `${specification}/a:b': invalid mount config for type "bind": invalid mount path: 'b' mount path must be absolute`],
    ['b', `${specification}b': invalid mount config for type "volume": invalid mount path: 'b' mount path must be absolute`],
    ['/a:/', `${specification}/a:/': invalid mount config for type "bind": invalid specification: destination can't be '/'`],
    ['/a:/b/..', "destination can't be '/'"],
    ['/a:/b:wr', 'invalid mode: wr'],
    ['/a:/b:ro,rw', 'invalid mode: ro,rw'],
    ['/a:/b:ro,', 'invalid mode: ro,'],
    ['/a:/b:toString', 'invalid mode: toString'],
    ['v:/b:rslave', 'field BindOptions must not be specified'],
    ['/a:/proc', '"/proc" cannot be mounted because it is inside /proc'],
    ['/a:/x/../proc/sys', '"/proc/sys" cannot be mounted because it is inside /proc'],
    [`/${'a'.repeat(5000)}:/b`, 'invalid mount path'],
  ])('refuses the bind %s', (text, message) => {
    expect(() => userMountsOf({ Binds: [text] })).toThrow(message);
  });

  it.each([
    [{ Binds: ['/a:/b', '/c:/b/'] }],
    [{ Binds: ['/a:/b'], Tmpfs: { '/b': '' } }],
    [
      {
        Mounts: [
          { Type: 'tmpfs', Target: '/b' },
          { Type: 'tmpfs', Target: '/b' },
        ],
      },
    ],
  ])('refuses two mounts of one place: %j', (host) => {
    expect(() => userMountsOf(host)).toThrow('Duplicate mount point: /b');
  });

  it.each([
    [{ Type: 'bind', Source: 'rel' }, "invalid mount path: 'rel' mount path must be absolute"],
    [{ Type: 'bind' }, 'field Source must not be empty'],
    [{ Type: 'bind', Source: '/a', Target: '' }, 'field Target must not be empty'],
    [{ Type: 'bind', Source: '/a', Target: '/' }, "destination can't be '/'"],
    [{ Type: 'bind', Source: '/a', BindOptions: { Propagation: 'odd' } }, 'invalid propagation mode: odd'],
    [{ Type: 'bind', Source: '/a', BindOptions: { ReadOnlyNonRecursive: true } }, '!ReadOnly && BindOptions.ReadOnlyNonRecursive'],
    [{ Type: 'bind', Source: '/a', BindOptions: { ReadOnlyForceRecursive: true } }, '!ReadOnly && BindOptions.ReadOnlyForceRecursive'],
    [
      { Type: 'bind', Source: '/a', ReadOnly: true, BindOptions: { ReadOnlyForceRecursive: true, ReadOnlyNonRecursive: true } },
      'ReadOnlyNonRecursive && BindOptions.ReadOnlyForceRecursive',
    ],
    [{ Type: 'bind', Source: '/a', VolumeOptions: {} }, 'field VolumeOptions must not be specified'],
    [{ Type: 'volume', BindOptions: {} }, 'field BindOptions must not be specified'],
    [{ Type: 'volume', ReadOnly: true }, 'must not set ReadOnly mode when using anonymous volumes'],
    [{ Type: 'volume', Source: 'v', VolumeOptions: { Subpath: '../x' } }, 'subpath must be a relative path within the volume'],
    [{ Type: 'tmpfs', Source: '/a' }, 'field Source must not be specified'],
    [{ Type: 'tmpfs', TmpfsOptions: { SizeBytes: -1 } }, 'TmpfsOptions.SizeBytes: -1 is negative'],
    [{ Type: 'tmpfs', TmpfsOptions: { Mode: 0o10000 } }, 'TmpfsOptions.Mode: 4096'],
    [{ Type: 'tmpfs', TmpfsOptions: { Options: [['uid', '0']] } }, 'invalid option: uid'],
    [{ Type: 'tmpfs', TmpfsOptions: { Options: [[]] } }, 'invalid option array length'],
    [{ Type: 'npipe', Source: 'x' }, 'mount type unknown'],
  ])('refuses the mount %j', (mount, message) => {
    const host = { Mounts: [{ Target: '/t', ...mount }] };
    expect(() => userMountsOf(host)).toThrow(`invalid mount config for type "${mount.Type}": `);
    expect(() => userMountsOf(host)).toThrow(message);
  });

  it.each([
    ['', "Tmpfs: invalid mount path: '' mount path must be absolute"],
    ['/', "destination can't be '/'"],
    ['run', "Tmpfs: invalid mount path: 'run' mount path must be absolute"],
  ])('refuses the place %j of a tmpfs', (target, message) => {
    expect(() => userMountsOf({ Tmpfs: { [target]: '' } })).toThrow(message);
  });

  it('bounds their number', () => {
    const binds = (count: number, mode: string): string[] => Array.from({ length: count }, (_, at) => `/a:/b${at}${mode}`);
    expect(() => userMountsOf({ Binds: binds(2049, '') })).toThrow('Binds, Mounts, Tmpfs: 2049 are more than 2048');
    expect(() => userMountsOf({ Binds: binds(65, ':rshared') })).toThrow('Binds, Mounts: 65 with shared propagation are more than 64');
    expect(userMountsOf({ Binds: binds(64, ':rshared') })).toHaveLength(64);
  });

  it('refuses what the host would see below a shared mount', () => {
    const text = 'invalid mount: /data/sub is below /data, whose propagation is shared';
    expect(() => userMountsOf({ Binds: ['/a:/data:rshared'], Tmpfs: { '/data/sub': '' } })).toThrow(text);
    expect(() => userMountsOf({ Binds: ['/a:/data/sub', '/b:/data:shared', '/c:/dat'] })).toThrow(text);
    expect(userMountsOf({ Binds: ['/a:/data:rslave', '/b:/data/sub:rshared', '/c:/data/subx'] })).toHaveLength(3);
  });

  it('lets single files of /proc be covered', () => {
    expect(userMountsOf({ Binds: ['/var/lib/lxcfs/meminfo:/proc/meminfo'] })).toHaveLength(1);
  });
});
