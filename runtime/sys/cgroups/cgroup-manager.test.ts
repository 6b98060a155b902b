import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeSyscalls, type FakeSyscalls } from '../../testkit/fake-syscalls.ts';
import { AT, BPF } from '../constants.ts';
import { CgroupManager } from './cgroup-manager.ts';
import { detectLayout } from './layout.ts';

/** What the kernel puts into a new v2 group, with figures as a container that ran for a while shows them. */
const V2_FILES = {
  'cgroup.controllers': 'cpuset cpu io memory pids',
  'cgroup.subtree_control': 'cpuset cpu io memory pids',
  'cgroup.procs': '',
  'cgroup.kill': '',
  'cgroup.freeze': '0',
  'cgroup.events': 'populated 0\nfrozen 0\n',
  'cpu.max': 'max 100000',
  'cpu.weight': '100',
  'cpu.stat': 'usage_usec 5000\nuser_usec 3000\nsystem_usec 2000\nnr_periods 4\nnr_throttled 2\nthrottled_usec 70\n',
  'cpuset.cpus': '',
  'cpuset.mems': '',
  'io.weight': 'default 100',
  'io.stat': '8:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n',
  'memory.max': 'max',
  'memory.swap.max': 'max',
  'memory.low': '0',
  'memory.current': '9000',
  'memory.peak': '12000',
  'memory.stat': 'anon 4000\ninactive_file 1000\n',
  'pids.max': 'max',
  'pids.current': '3',
};

const LIMITS = { memory: 50_000, memorySwap: 80_000, pids: 20, cpuShares: 512, cpuQuota: 25_000, blkioWeight: 1000, cpusetCpus: '0' };

let root: string;
let fake: FakeSyscalls;
let files: Readonly<Record<string, string>>;
const paths = new Map<number, string>();

/** Answers as a cgroup file system does, on ordinary directories: a new group comes with its files and goes with them. */
function cgroupFileSystem(): FakeSyscalls {
  const at = (dirfd: number, name: string): string => (dirfd === AT.FDCWD ? name : path.join(paths.get(dirfd) ?? '?', name));
  return createFakeSyscalls({
    openat2(dirfd, name) {
      const file = at(dirfd, name);
      const fd = openSync(file, Object.hasOwn(files, path.basename(file)) ? 'r+' : 'r');
      paths.set(fd, file);
      return fd;
    },
    mkdirat: (dirfd, name) => makeGroup(at(dirfd, name)),
    unlinkat: (dirfd, name) => rmSync(at(dirfd, name), { recursive: true }),
    addressOf: () => 0n,
    // The descriptor of a loaded program is closed as a real one.
    bpf: () => openSync('/dev/null', 'r'),
  });
}

function makeGroup(directory: string): void {
  mkdirSync(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
}

function open(): CgroupManager {
  const layout = detectLayout(`30 23 0:26 / ${root} rw - cgroup2 cgroup2 rw`, '0::/\n', () => readFileSync(`${root}/cgroup.controllers`, 'utf8'));
  return new CgroupManager(fake, layout, { parent: '/engine' });
}

function fileOf(id: string, name: string): string {
  return readFileSync(path.join(root, 'engine', id, name), 'utf8');
}

beforeEach(() => {
  root = path.join(mkdtempSync(path.join(tmpdir(), 'cgroup-')), 'cgroup');
  files = V2_FILES;
  fake = cgroupFileSystem();
  makeGroup(root);
  makeGroup(path.join(root, 'engine'));
});
afterEach(() => {
  rmSync(path.dirname(root), { recursive: true });
});

describe('CgroupManager on a host with v2 alone', () => {
  it('makes one group, limits it and says how to join it', () => {
    using manager = open();
    const join = manager.create('a', LIMITS, { all: false, given: [] });
    const directory = path.join(root, 'engine', 'a');
    expect(join).toEqual({ v1Tasks: [], v2Directory: directory, oom: { version: 2, directory } });
    expect(manager.join('a')).toEqual(join);
    // An ordinary file keeps the end of a longer text it held before.
    for (const [name, value] of Object.entries({
      'memory.max': '50000',
      'memory.swap.max': '30000',
      'pids.max': '20',
      'cpu.weight': '59',
      'cpu.max': '25000 100000',
      'cpuset.cpus': '0',
      'io.weight': '10000',
    })) {
      expect(fileOf('a', name).slice(0, value.length), name).toBe(value);
    }
    expect(manager.hierarchies).toEqual([{ name: '', fstype: 'cgroup2', data: '' }]);
    expect(manager.warnings(LIMITS)).toEqual([]);
    expect(manager.list()).toEqual(['a']);
  });

  it('restricts devices by one program for all containers with the same rules', () => {
    using manager = open();
    manager.create('a', {}, { all: false, given: [] });
    manager.create('b', {}, { all: false, given: [] });
    manager.create('c', {}, { all: true, given: [] });
    const commands = fake.calls.filter(({ name }) => name === 'bpf').map(({ args }) => args[0]);
    expect(commands).toEqual([BPF.PROG_LOAD, BPF.PROG_ATTACH, BPF.PROG_ATTACH]);
  });

  it('reads the figures', () => {
    using manager = open();
    manager.create('a', { memory: 50_000 }, { all: true, given: [] });
    writeFileSync(path.join(root, 'engine', 'a', 'memory.max'), '50000\n');
    expect(manager.stats('a')).toMatchObject({
      cpu: { totalNs: 5_000_000n, userNs: 3_000_000n, systemNs: 2_000_000n, periods: 4, throttledPeriods: 2, throttledNs: 70_000n },
      memory: { usage: 9000, maxUsage: 12_000, limit: 50_000, inactiveFile: 1000 },
      pids: { current: 3, limit: 0 },
      blockIo: [
        { major: 8, minor: 0, op: 'read', bytes: 10 },
        { major: 8, minor: 0, op: 'write', bytes: 20 },
      ],
    });
  });

  it('warns of controllers that are not handed down and leaves them alone', () => {
    writeFileSync(path.join(root, 'cgroup.controllers'), 'pids');
    writeFileSync(path.join(root, 'engine', 'cgroup.subtree_control'), 'pids');
    using manager = open();
    manager.create('a', LIMITS, { all: true, given: [] });
    expect(manager.warnings({ memory: 1, pids: 1 })).toEqual([
      'Your kernel does not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.',
    ]);
    expect(fileOf('a', 'memory.max')).toBe('max');
    expect(fileOf('a', 'pids.max').slice(0, 2)).toBe('20');
  });

  it('leaves no group when its devices cannot be restricted: open is no fallback', () => {
    using manager = open();
    fake.failNth(1, 1, 'bpf');
    expect(() => manager.create('a', {}, { all: false, given: [] })).toThrow(
      expect.objectContaining({ kind: 'Unsupported', message: 'this engine cannot restrict devices: bpf: operation not permitted' }),
    );
    expect(manager.list()).toEqual([]);
  });

  it('goes on without a hierarchy it may not use', () => {
    rmSync(path.join(root, 'engine', 'cgroup.subtree_control'));
    using manager = open();
    expect(manager.problems).toEqual([expect.stringContaining(`${root} cannot be used`)]);
    expect(manager.create('a', LIMITS, { all: false, given: [] })).toEqual({ v1Tasks: [] });
    expect(() => manager.isFrozen('a')).toThrow(expect.objectContaining({ kind: 'Unsupported' }));
  });
});
