import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBusyboxArchive } from '../testkit/image-archives.ts';
import { leaksAfterGrace } from '../testkit/leak-check.ts';
import { eventually } from '../testkit/raw-client.ts';
import { type CommandResult, runCommand } from '../testkit/real-engine.ts';
import { makeRootfs } from '../testkit/rootfs.ts';

const hasRunc = spawnSync('runc', ['--version']).status === 0;
if (!hasRunc) console.warn('skipped: comparisons need runc');

const MAIN = join(import.meta.dirname, 'main.ts');
/** What the tests change of a configuration. */
interface Config {
  ociVersion: string;
  process: {
    terminal: boolean;
    user: Record<string, unknown>;
    args: readonly string[];
    env: string[];
    cwd: string;
    capabilities: Record<string, readonly string[]>;
    rlimits: object[];
    noNewPrivileges: boolean;
    oomScoreAdj?: number;
    consoleSize?: object;
  };
  root: { path: string; readonly: boolean };
  hostname: string;
  mounts: { destination: string; type: string; source: string; options: string[] }[];
  annotations?: Record<string, string>;
  hooks?: object;
  linux: {
    resources: object;
    namespaces: { type: string; path?: string }[];
    maskedPaths: string[];
    readonlyPaths: string[];
    devices?: object[];
    sysctl?: Record<string, string>;
    seccomp?: object;
    cgroupsPath?: string;
  };
}

const directory = mkdtempSync(join(tmpdir(), 'oci-runtime-'));
const root = join(directory, 'state');
let ids = 0;

beforeAll(() => makeRootfs(join(directory, 'rootfs')));
afterAll(async () => {
  expect(await leaksAfterGrace({ words: [directory, '/slipway-runtime/'] })).toEqual([]);
  rmSync(directory, { recursive: true });
});

/** The configuration that `runc spec` writes, for `args` without a terminal. */
function defaultConfig(args: readonly string[]): Config {
  const capabilities = ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE'];
  const mount = (destination: string, type: string, source: string, ...options: string[]) => ({ destination, type, source, options });
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      args,
      env: ['PATH=/bin', 'TERM=xterm'],
      cwd: '/',
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities, ambient: capabilities },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', readonly: true },
    hostname: 'bundle',
    mounts: [
      mount('/proc', 'proc', 'proc'),
      mount('/dev', 'tmpfs', 'tmpfs', 'nosuid', 'strictatime', 'mode=755', 'size=65536k'),
      mount('/dev/pts', 'devpts', 'devpts', 'nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'),
      mount('/dev/shm', 'tmpfs', 'shm', 'nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'),
      mount('/dev/mqueue', 'mqueue', 'mqueue', 'nosuid', 'noexec', 'nodev'),
      mount('/sys', 'sysfs', 'sysfs', 'nosuid', 'noexec', 'nodev', 'ro'),
      mount('/sys/fs/cgroup', 'cgroup', 'cgroup', 'nosuid', 'noexec', 'nodev', 'relatime', 'ro'),
    ],
    linux: {
      resources: { devices: [{ allow: false, access: 'rwm' }] },
      namespaces: ['pid', 'network', 'ipc', 'uts', 'mount'].map((type) => ({ type })),
      maskedPaths: ['/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware'],
      readonlyPaths: ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'],
    },
  };
}

function bundle(args: readonly string[], change: (config: Config) => void = () => undefined): string {
  const path = join(directory, `bundle${ids++}`);
  mkdirSync(path);
  const config = defaultConfig(args);
  change(config);
  // A link leads out of a bundle for some runtimes; a copy of the small root does not.
  cpSync(join(directory, 'rootfs'), join(path, 'rootfs'), { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(path, 'config.json'), JSON.stringify(config));
  return path;
}

/** Each command is a process: that none compiles what another has is most of the time it takes. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(directory, 'cache') };
const runtime = (...args: string[]): Promise<CommandResult> => runCommand(process.execPath, [MAIN, '--root', root, ...args], { env });
/** `create` with its streams, which become the container's, leading into a file. */
function create(path: string, id: string, ...more: string[]): { readonly code: number | null; readonly output: string } {
  const output = join(path, 'output');
  const file = openSync(output, 'w');
  const { status } = spawnSync(process.execPath, [MAIN, '--root', root, 'create', '-b', path, ...more, id], { stdio: ['ignore', file, file], env });
  closeSync(file);
  return { code: status, output: readFileSync(output, 'utf8') };
}
const stateOf = async (id: string): Promise<Record<string, unknown>> => JSON.parse((await runtime('state', id)).out) as Record<string, unknown>;
const sh = (script: string): string[] => ['sh', '-c', script];

const FACTS = `grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp:)' /proc/self/status; umask; pwd; env | sort; hostname; ulimit -n; cat /proc/sys/net/ipv4/ip_forward
  ls /dev | grep -v core; ls -A /proc/acpi /sys/firmware; cat /proc/keys; echo x > /proc/sys/vm/swappiness; touch /x; touch /sys/x; ip a | grep -c lo
  cut -d' ' -f5 /proc/self/mountinfo | sort; cat /proc/self/oom_score_adj; dd if=/dev/kmsg count=1`;

describe.skipIf(!hasRunc)('a bundle runs as it does in runc', () => {
  it.each([
    ['with the default configuration', () => undefined],
    [
      'as another user with groups, umask and file limits',
      ({ process }) => {
        process.user = { uid: 33, gid: 33, additionalGids: [44, 45], umask: 0o77 };
        process.rlimits = [{ type: 'RLIMIT_NOFILE', hard: 512, soft: 256 }];
        process.noNewPrivileges = false;
      },
    ],
    [
      'with ambient capabilities',
      ({ process }) => {
        process.user = { uid: 33, gid: 33 };
        process.capabilities = Object.fromEntries(
          ['bounding', 'effective', 'permitted', 'inheritable', 'ambient'].map((set) => [set, ['CAP_CHOWN', 'CAP_KILL']]),
        );
      },
    ],
    [
      'with a working directory, a writable root and a cgroup namespace',
      (config) => {
        config.process.cwd = '/made/here';
        config.root.readonly = false;
        config.linux.namespaces.push({ type: 'cgroup' });
      },
    ],
    [
      'with bind mounts, tmpfs and devices',
      (config) => {
        config.mounts.push(
          { destination: '/bound', type: 'bind', source: 'rootfs/etc', options: ['rbind', 'ro', 'rprivate'] },
          { destination: '/scratch', type: 'tmpfs', source: 'tmpfs', options: ['size=64k', 'nosuid', 'nodev'] },
        );
        config.root.readonly = false;
        config.linux.devices = [{ path: '/dev/other', type: 'c', major: 1, minor: 3, fileMode: 0o640, uid: 33, gid: 33 }];
        config.process.args = sh(`${FACTS}; cat /bound/passwd; touch /bound/x; df -k /scratch | tail -1 | grep -c 64; ls -l /dev/other | cut -c1-30`);
      },
    ],
    [
      'with sysctls, a domain name and an oom score',
      (config) => {
        config.linux.sysctl = { 'net.ipv4.ip_forward': '1', 'kernel.shm_rmid_forced': '1' };
        config.process.oomScoreAdj = 300;
      },
    ],
    [
      'with a filter of system calls',
      (config) => {
        config.linux.seccomp = {
          defaultAction: 'SCMP_ACT_ALLOW',
          architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
          syscalls: [{ names: ['mkdir', 'mkdirat'], action: 'SCMP_ACT_ERRNO', errnoRet: 28 }],
        };
        config.process.args = sh(`${FACTS}; mkdir /dev/shm/new`);
      },
    ],
  ] satisfies [string, (config: Config) => void][])('%s', async (_, change) => {
    const path = bundle(sh(FACTS), change);
    const id = `same${ids++}`;
    const ours = await runtime('run', '--bundle', path, id);
    const theirs = await runCommand('runc', ['--root', join(directory, 'runc'), 'run', '--bundle', path, id]);
    expect(theirs.out.length).toBeGreaterThan(300);
    expect(ours).toEqual(theirs);
  });

  it.each([
    ['exit codes', sh('exit 7'), 7],
    ['a signal that its program has died of', sh("sh -c 'kill -9 $$'; exit $?"), 137],
  ])('with %s', async (_, args, code) => {
    const path = bundle(args);
    const theirs = await runCommand('runc', ['--root', join(directory, 'runc'), 'run', '--bundle', path, `code${ids}`]);
    expect([(await runtime('run', '--bundle', path, `code${ids++}`)).code, theirs.code]).toEqual([code, code]);
  });
});

const hasUmoci = spawnSync('umoci', ['--version']).status === 0;
if (!hasUmoci) console.warn('skipped: the bundle of an image needs umoci');

describe.skipIf(!hasRunc || !hasUmoci)('a bundle that umoci unpacks from an image', () => {
  it('runs as it does in runc', async () => {
    const image = join(directory, 'image');
    const path = join(directory, 'unpacked');
    const config = { Cmd: sh('id; env | sort; pwd; hostname; grep Cap /proc/self/status'), User: 'slip', WorkingDir: '/home/slip', Env: ['PATH=/bin', 'A=b'] };
    await makeBusyboxArchive(`${image}.tar`, 'bundle:1', { format: 'oci', config });
    mkdirSync(image);
    expect(spawnSync('tar', ['-C', image, '-xf', `${image}.tar`]).status).toBe(0);
    const unpacked = spawnSync('umoci', ['unpack', '--image', `${image}:bundle:1`, path], { encoding: 'utf8' });
    expect([unpacked.status, unpacked.stderr]).toEqual([0, expect.any(String)]);
    const file = join(path, 'config.json');
    const spec = JSON.parse(readFileSync(file, 'utf8')) as Config;
    spec.process.terminal = false;
    writeFileSync(file, JSON.stringify(spec));
    const theirs = await runCommand('runc', ['--root', join(directory, 'runc'), 'run', '--bundle', path, 'unpacked']);
    expect(theirs.out).toMatch(/^uid=1000\(slip\)[^]*\/home\/slip\numoci-default\n/);
    expect(await runtime('run', '--bundle', path, 'unpacked')).toEqual(theirs);
  });
});

describe('slipway-runtime', () => {
  it('create, start, state, kill and delete lead a container through its life, each in a process of its own', async () => {
    const path = bundle(sh('trap "exit 3" TERM; echo started; while true; do sleep 0.05; done'), (config) => {
      config.annotations = { 'org.example': 'kept' };
    });
    const [id, pidFile, output] = [`life${ids++}`, join(directory, 'pid'), join(path, 'output')];
    expect(create(path, id, '--pid-file', pidFile)).toEqual({ code: 0, output: '' });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(await stateOf(id)).toEqual({ ociVersion: '1.0.2', id, status: 'created', pid, bundle: path, annotations: { 'org.example': 'kept' } });
    writeFileSync(join(path, 'config.json'), '{}');
    expect(await runtime('start', id)).toEqual({ code: 0, out: '', err: '' });
    await eventually(() => readFileSync(output, 'utf8') === 'started\n', 'the output has come straight into the file');
    expect(await stateOf(id)).toMatchObject({ status: 'running', pid });
    expect(await runtime('start', id)).toMatchObject({ code: 1, err: expect.stringContaining('already running') as string });
    expect(await runtime('delete', id)).toMatchObject({ code: 1, err: expect.stringContaining('not stopped: running') as string });
    expect((await runtime('list', '-q')).out).toBe(`${id}\n`);
    expect((await runtime('list')).out).toContain(`${id}\t${pid}\trunning\t${path}`);
    expect(await runtime('kill', id, 'TERM')).toEqual({ code: 0, out: '', err: '' });
    for (let status: unknown = ''; status !== 'stopped'; ) ({ status } = await stateOf(id));
    expect(await stateOf(id)).toMatchObject({ status: 'stopped', pid: 0 });
    expect(await runtime('kill', id)).toMatchObject({ code: 1, err: expect.stringContaining('not running') as string });
    expect(await runtime('start', id)).toMatchObject({ code: 1, err: expect.stringContaining('has stopped') as string });
    expect(await runtime('delete', id)).toEqual({ code: 0, out: '', err: '' });
    expect(await runtime('state', id)).toMatchObject({ code: 1, err: expect.stringContaining('does not exist') as string });
    expect(existsSync(join(root, id))).toBe(false);
  });

  it('delete ends a container that was created only, and with --force one that runs or is not there', async () => {
    const path = bundle(['sleep', '1000']);
    for (const starts of [false, true]) {
      const id = `forced${ids++}`;
      expect(create(path, id)).toEqual({ code: 0, output: '' });
      if (starts) expect((await runtime('start', id)).code).toBe(0);
      const pid = Number((await stateOf(id))['pid']);
      expect(await runtime('delete', ...(starts ? ['--force'] : []), id)).toEqual({ code: 0, out: '', err: '' });
      expect(existsSync(`/proc/${pid}`)).toBe(false);
    }
    expect(await runtime('delete', '--force', 'absent')).toEqual({ code: 0, out: '', err: '' });
    expect(await runtime('delete', 'absent')).toMatchObject({ code: 1 });
  });

  it('refuses an id in use, one that is a path, a missing bundle and a missing program, and leaves nothing', async () => {
    const path = bundle(['no-such-program']);
    const id = `refused${ids++}`;
    expect(create(path, id)).toEqual({ code: 0, output: '' });
    expect(await runtime('create', '-b', path, id)).toMatchObject({ code: 1, err: expect.stringContaining('already exists') as string });
    expect(await runtime('start', id)).toMatchObject({ code: 1, err: expect.stringContaining('executable file not found') as string });
    expect(await runtime('delete', id)).toMatchObject({ code: 0 });
    expect(await runtime('create', '-b', path, '../out')).toMatchObject({ code: 1, err: expect.stringContaining('invalid container ID format') as string });
    expect(await runtime('create', '-b', join(directory, 'absent'), 'x')).toMatchObject({ code: 1, err: expect.stringContaining('config.json') as string });
    expect((await runtime('list', '-q')).out).toBe('');
  });

  it.each([
    ['process.args', ({ process }) => (process.args = [])],
    ['linux.namespaces', ({ linux }) => linux.namespaces.push({ type: 'user' })],
    ['linux.namespaces', ({ linux }) => linux.namespaces.push({ type: 'pid' })],
    ['inside /proc', (config) => config.mounts.push({ destination: '/proc/sys', type: 'tmpfs', source: 'tmpfs', options: [] })],
    ['the option rshared', (config) => config.mounts.push({ destination: '/b', type: 'bind', source: '/etc', options: ['rbind', 'rshared'] })],
    ['ro and propagation', (config) => config.mounts.push({ destination: '/b', type: 'bind', source: '/etc', options: ['rbind', 'nosuid'] })],
    ['linux.sysctl', ({ linux }) => (linux.sysctl = { 'kernel.core_pattern': 'x' })],
    ['linux.sysctl', ({ linux }) => (linux.sysctl = { 'net.ipv4/../../kernel/core_pattern': 'x' })],
    ['linux.resources', ({ linux }) => (linux.resources = { hugepageLimits: [{ pageSize: '2MB', limit: 1 }] })],
    ['hooks.startContainer', (config) => (config.hooks = { startContainer: [{ path: '/bin/true' }] })],
    ['linux.seccomp.flags', ({ linux }) => (linux.seccomp = { defaultAction: 'SCMP_ACT_ALLOW', flags: ['SECCOMP_FILTER_FLAG_UNKNOWN'] })],
    ['user.uid', ({ process }) => (process.user['uid'] = 2 ** 32 - 1)],
    ['linux.cgroupsPath', ({ linux }) => (linux.cgroupsPath = 'system.slice:runc:x')],
  ] satisfies [string, (config: Config) => void][])('names %s when it cannot be done, and leaves nothing', async (field, change) => {
    const id = `wrong${ids++}`;
    expect(await runtime('create', '-b', bundle(['true'], change), id)).toMatchObject({ code: 1, err: expect.stringContaining(field) as string });
    expect(existsSync(join(root, id))).toBe(false);
  });

  it('limits a container by its resources', async () => {
    const script =
      'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max';
    const path = bundle(sh(script), ({ linux }) => {
      linux.resources = { memory: { limit: 67_108_864 }, pids: { limit: 32 } };
    });
    expect(await runtime('run', '-b', path, `limited${ids++}`)).toEqual({ code: 0, out: '67108864\n32\n', err: '' });
  });

  it('joins namespaces by their paths', async () => {
    const path = bundle(sh('readlink /proc/self/ns/net; readlink /proc/self/ns/ipc'), ({ linux }) => {
      linux.namespaces = [
        { type: 'mount' },
        { type: 'pid' },
        { type: 'uts' },
        { type: 'network', path: '/proc/self/ns/net' },
        { type: 'ipc', path: '/proc/self/ns/ipc' },
      ];
    });
    const host = ['/proc/self/ns/net', '/proc/self/ns/ipc'].map((path) => `${readlinkSync(path)}\n`).join('');
    expect((await runtime('run', '-b', path, `joined${ids++}`)).out).toBe(host);
  });

  it('runs the hooks of its namespace with the state on their stdin, and gives up when one before the start fails', async () => {
    const log = join(directory, 'hooks');
    const hook = join(directory, 'hook');
    writeFileSync(hook, `#!/bin/sh\necho "$1 $WORD $(cat)" >> ${log}\n[ "$1" != fail ]\n`);
    chmodSync(hook, 0o755);
    const of = (word: string) => [{ path: hook, args: ['hook', word], env: ['WORD=given', 'PATH=/bin:/usr/bin'] }];
    const id = `hooked${ids++}`;
    const hooks = { prestart: of('prestart'), createRuntime: of('createRuntime'), poststart: of('poststart'), poststop: of('poststop') };
    const path = bundle(['true'], (config) => {
      config.hooks = hooks;
    });
    expect(await runtime('run', '-b', path, id)).toMatchObject({ code: 0 });
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(Object.keys(hooks).map((name) => `${name} given`));
    expect(JSON.parse(lines[1]?.split(' ').slice(2).join(' ') ?? '')).toMatchObject({
      id,
      status: 'creating',
      bundle: path,
      pid: expect.any(Number) as number,
    });
    const failing = bundle(['true'], (config) => {
      config.hooks = { createRuntime: of('fail') };
    });
    expect(await runtime('create', '-b', failing, 'failing')).toMatchObject({ code: 1, err: expect.stringContaining('hook') as string });
    expect(existsSync(join(root, 'failing'))).toBe(false);
  });

  it('hands the terminal to the console socket', async () => {
    const path = bundle(sh('tty; stty size; read line; echo got $line; exit 4'), ({ process }) => {
      process.terminal = true;
      process.consoleSize = { width: 91, height: 27 };
    });
    const id = `terminal${ids++}`;
    expect(await runtime('create', '-b', path, id)).toMatchObject({ code: 1, err: expect.stringContaining('console socket') as string });
    const socket = join(directory, 'console.sock');
    // Only Python among what is everywhere takes a descriptor from a socket.
    const receiver = spawn('python3', ['-c', RECEIVER, socket], { stdio: ['pipe', 'pipe', 'inherit'] });
    const received = once(receiver, 'exit');
    let seen = '';
    receiver.stdout.setEncoding('utf8').on('data', (text: string) => {
      seen += text;
    });
    await eventually(() => existsSync(socket), 'the socket is there');
    expect(await runtime('create', '-b', path, '--console-socket', socket, id)).toEqual({ code: 0, out: '', err: '' });
    expect((await runtime('start', id)).code).toBe(0);
    receiver.stdin.write('typed\n');
    await eventually(() => seen.includes('got typed'), `the terminal's output, not ${JSON.stringify(seen)}`);
    expect(seen).toMatch(/\/dev\/(pts\/0|console)\r\n27 91\r\n/);
    await received;
    for (let status: unknown = ''; status !== 'stopped'; ) ({ status } = await stateOf(id));
    expect((await runtime('delete', id)).code).toBe(0);
    const nowhere = await runtime('create', '-b', path, '--console-socket', join(directory, 'nowhere.sock'), id);
    expect(nowhere).toMatchObject({ code: 1 });
    expect(existsSync(join(root, id))).toBe(false);
  });

  it('--version and features tell what it is', async () => {
    expect((await runtime('--version')).out).toMatch(/^slipway-runtime version \d+\.\d+\.\d+\nspec: 1\.\d+\.\d+\n$/);
    expect(JSON.parse((await runtime('features')).out)).toMatchObject({ ociVersionMin: '1.0.0', linux: { seccomp: { enabled: true } } });
  });
});

/** Binds the socket, takes the master from it, then copies between the terminal and its own streams. */
const RECEIVER = `
import array, os, select, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen(1)
peer, _ = listener.accept()
_, control, _, _ = peer.recvmsg(64, socket.CMSG_SPACE(4))
master = array.array('i', control[0][2])[0]
while True:
    ready, _, _ = select.select([master, 0], [], [])
    try:
        if master in ready: os.write(1, os.read(master, 4096))
        if 0 in ready: os.write(master, os.read(0, 4096))
    except OSError:
        break
`;
