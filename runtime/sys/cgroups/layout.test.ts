import { describe, expect, it } from 'vitest';
import { detectLayout } from './layout.ts';

const PURE_V2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate';
const V1 = [
  '30 23 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755',
  '31 30 0:27 / /sys/fs/cgroup/systemd rw shared:1 - cgroup cgroup rw,xattr,name=systemd',
  '32 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
  '33 30 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
  '34 30 0:30 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio',
  '35 30 0:31 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer',
  '36 30 0:32 / /sys/fs/cgroup/devices rw - cgroup cgroup rw,devices',
].join('\n');
const V1_SELF = '7:devices:/\n6:freezer:/\n5:blkio:/\n4:memory:/outer/inner\n3:cpu,cpuacct:/\n2:name=systemd:/init.scope\n';

function where(mountinfo: string, self: string, available = ''): Record<string, string> {
  const { controllers } = detectLayout(mountinfo, self, () => available);
  return Object.fromEntries([...controllers].map(([name, { version, mountPoint }]) => [name, `${version} ${mountPoint}`]));
}

describe('detectLayout', () => {
  it('puts everything in the one tree of a v2 host', () => {
    expect(where(PURE_V2, '0::/user.slice\n', 'cpuset cpu io memory pids\n')).toEqual(
      Object.fromEntries(['cpu', 'cpuacct', 'memory', 'pids', 'cpuset', 'io', 'freezer', 'devices'].map((name) => [name, '2 /sys/fs/cgroup'])),
    );
  });

  it('leaves out controllers that were not delegated', () => {
    expect(Object.keys(where(PURE_V2, '0::/\n', 'memory pids\n')).sort()).toEqual(['cpuacct', 'devices', 'freezer', 'memory', 'pids']);
  });

  it('finds merged, named and plain hierarchies of a v1 host', () => {
    expect(where(V1, V1_SELF)).toEqual({
      cpu: '1 /sys/fs/cgroup/cpu,cpuacct',
      cpuacct: '1 /sys/fs/cgroup/cpu,cpuacct',
      memory: '1 /sys/fs/cgroup/memory',
      io: '1 /sys/fs/cgroup/blkio',
      freezer: '1 /sys/fs/cgroup/freezer',
      devices: '1 /sys/fs/cgroup/devices',
    });
    const { hierarchies } = detectLayout(V1, V1_SELF, () => '');
    expect(hierarchies.map(({ data }) => data)).toEqual(['name=systemd', 'cpu,cpuacct', 'memory', 'blkio', 'freezer', 'devices']);
    expect(hierarchies.find(({ data }) => data === 'memory')?.ownPath).toBe('/outer/inner');
  });

  it('decides a hybrid host controller by controller and freezes in v2', () => {
    const hybrid = `${V1}\n37 30 0:33 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw`;
    expect(where(hybrid, `${V1_SELF}0::/\n`, 'hugetlb pids')).toMatchObject({
      memory: '1 /sys/fs/cgroup/memory',
      devices: '1 /sys/fs/cgroup/devices',
      pids: '2 /sys/fs/cgroup/unified',
      freezer: '2 /sys/fs/cgroup/unified',
    });
  });

  it('takes a bind mount of a subtree for what it shows', () => {
    const bound = '33 30 0:29 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory';
    const own = (self: string): string | undefined => detectLayout(bound, self, () => '').hierarchies[0]?.ownPath;
    expect(own('4:memory:/docker/abc\n')).toBe('/');
    expect(own('4:memory:/docker/abc/me\n')).toBe('/me');
    expect(own('4:memory:/docker/other\n')).toBe('/');
  });

  it('ignores a second mount of the same hierarchy', () => {
    const twice = `${V1}\n99 30 0:29 / /mnt/memory rw - cgroup cgroup rw,memory`;
    expect(detectLayout(twice, V1_SELF, () => '').hierarchies).toHaveLength(6);
  });
});
