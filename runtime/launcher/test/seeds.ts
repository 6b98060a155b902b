import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerPlan } from '../../sys/launcher/launcher.ts';
import type { Op } from '../../sys/launcher/ops.ts';
import { encodeContainerPlan, encodeExecPlan, encodeFinalOps } from '../../sys/launcher/plan-encoder.ts';

/** Writes plans as the engine encodes them, every operation among them, into the directory named on the command line. */
const EXEC: Op = { op: 'exec', candidates: ['/bin/sh', '/usr/bin/sh'], argv: ['sh', '-c', 'true'], env: ['PATH=/bin', 'HOME=/'] };

const SETUP: readonly Op[] = [
  { op: 'oom-score-adj', value: -1, optional: true },
  { op: 'netlink', messages: [Uint8Array.of(1, 2, 3), new Uint8Array()] },
  { op: 'slave-root', shared: [{ source: '/shared', recursive: true }] },
  { op: 'overlay', lower: ['/a', '/b'], upper: '/u', work: '/w', target: '/t', volatile: true },
  { op: 'content', target: '/run/secrets/a', content: Uint8Array.of(1, 2), mode: 0o400, uid: 1, gid: 2 },
  { op: 'bind-root', source: '/r' },
  { op: 'mount', fstype: 'tmpfs', source: 'tmpfs', target: '/dev', flags: 2, data: 'mode=755,size=64k', realDirectory: true, create: 0o755 },
  { op: 'bind', source: '/etc', beneath: 'hosts', target: '/etc/hosts', recursive: true, readonly: 'all', propagation: 1 << 18 },
  { op: 'share', namespace: '/proc/1/ns/mnt', path: '/dev/shm' },
  { op: 'device', path: '/dev/null', type: 'c', major: 1, minor: 3, mode: 0o666, uid: 0, gid: 0 },
  { op: 'symlink', target: '/proc/self/fd', path: '/dev/fd' },
  { op: 'mkdir', path: '/srv', mode: 0o700, uid: 33, gid: 33 },
  { op: 'pivot-root' },
  { op: 'readonly-path', path: '/proc/sys' },
  { op: 'mask', path: '/proc/kcore' },
  { op: 'readonly-root' },
  { op: 'sysctl', key: 'net/ipv4/ip_forward', value: '1' },
  { op: 'hostname', name: 'web' },
  { op: 'domainname', name: 'example' },
  { op: 'console' },
];

const FINAL: readonly Op[] = [
  { op: 'umask', mask: 0o22 },
  { op: 'rlimit', resource: 7, soft: 1024n, hard: 2n ** 64n - 1n, optional: true },
  { op: 'seccomp', filter: new Uint8Array(16), flags: 0 },
  { op: 'bounding', keep: 0xa80425fbn },
  { op: 'user', uid: 33, gid: 33, groups: [33, 44] },
  { op: 'capabilities', permitted: 1n, effective: 1n, inheritable: 0n, ambient: 0n },
  { op: 'no-new-privs' },
  { op: 'cwd', path: '/srv', create: { uid: 33, gid: 33 } },
  { op: 'init' },
  EXEC,
];

const PLAN: ContainerPlan = {
  id: 'ab'.repeat(32),
  runDirectory: '/run/slipway/c/1',
  log: { path: '/var/lib/slipway/c/1/json.log', maxSize: 1_000_000, maxFiles: 3, attributes: '' },
  detached: { consoleSocket: '/run/console.sock' },
  tty: true,
  openStdin: true,
  stdinOnce: true,
  size: { rows: 24, columns: 80 },
  cloneFlags: 0x6c020000,
  newCgroupNamespace: true,
  cgroup: { v1Tasks: ['/sys/fs/cgroup/cpu/x/tasks'], v2Directory: '/sys/fs/cgroup/x', oom: { version: 2, directory: '/sys/fs/cgroup/x' } },
  joinNamespaces: ['/proc/1/ns/net'],
  hostNetlink: [{ message: new Uint8Array(32), pidOffset: 28 }],
  setup: SETUP,
};

const seeds: Readonly<Record<string, Buffer>> = {
  plan: encodeContainerPlan(PLAN),
  'plan-small': encodeContainerPlan({ ...PLAN, cgroup: { v1Tasks: [] }, joinNamespaces: [], hostNetlink: [], setup: [] }),
  exec: encodeExecPlan({ tty: false, openStdin: true, cgroup: { v1Tasks: [] }, ops: FINAL }),
  final: encodeFinalOps(FINAL),
  ...Object.fromEntries([...SETUP, ...FINAL].map((op) => [`op-${op.op}`, encodeFinalOps([op])])),
};

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: seeds.ts DIRECTORY');
mkdirSync(directory, { recursive: true });
for (const [name, bytes] of Object.entries(seeds)) writeFileSync(join(directory, name), bytes);
console.log(`seeds: ${Object.keys(seeds).length} plans of the engine's encoder`);
