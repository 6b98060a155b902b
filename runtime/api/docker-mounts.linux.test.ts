import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { eventually } from '../testkit/raw-client.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
let engine: RealEngine;
/** A directory of the host with a mount of its own that is shared, and a tmpfs below it. */
let host: string;

function tool(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  host = join(engine.directory, 'host');
  mkdirSync(host);
  tool('mount', '-t', 'tmpfs', 'tmpfs', host);
  tool('mount', '--make-shared', host);
  for (const name of ['sub', 'late', 'inner', 'plain']) mkdirSync(join(host, name));
  tool('mount', '-t', 'tmpfs', 'tmpfs', join(host, 'sub'));
  writeFileSync(join(host, 'sub', 'below'), 'below\n');
  writeFileSync(join(host, 'file'), 'of the host\n');
});
afterAll(async () => {
  if (!canRunDocker) return;
  tool('umount', '-R', host);
  await engine[Symbol.asyncDispose]();
});

const run = (options: readonly string[], script: string): Promise<CommandResult> =>
  engine.docker(['run', '--rm', '--network', 'none', ...options, IMAGE, 'sh', '-c', script]);
const api = (HostConfig: object): Promise<{ status: number; json: unknown }> =>
  engine.call('POST', '/containers/create', { Image: IMAGE, Cmd: ['true'], HostConfig: { NetworkMode: 'none', ...HostConfig } });
/** What the host's table has of this test. */
const hostMounts = (): string =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(engine.directory))
    .join('\n');
const containers = async (): Promise<string> => (await engine.docker(['ps', '-aq'])).out + readdirSync(join(engine.root, 'containers')).join();

describe.skipIf(!canRunDocker)('mounts by the docker CLI', () => {
  it('Binds share a directory both ways', async () => {
    expect(await run(['-v', `${host}/plain:/data`], 'echo inside > /data/made; ls -d /data/made')).toMatchObject({ code: 0, out: '/data/made\n' });
    expect(readFileSync(join(host, 'plain', 'made'), 'utf8')).toBe('inside\n');
  });

  it('Binds of a file and of a missing source, which is made', async () => {
    expect(await run(['-v', `${host}/file:/etc/issue:ro`], 'cat /etc/issue')).toMatchObject({ out: 'of the host\n', err: '' });
    expect(await run(['-v', `${host}/plain/new/deep:/data`], 'touch /data/x')).toMatchObject({ code: 0 });
    expect(existsSync(join(host, 'plain/new/deep/x'))).toBe(true);
  });

  it('Binds take sockets, devices and sources behind links', async () => {
    symlinkSync(join(host, 'file'), join(host, 'link'));
    const options = ['-v', `${engine.socket}:/engine.sock`, '-v', '/dev/zero:/zero:ro', '-v', `${host}/link:/linked`];
    expect((await run(options, 'test -S /engine.sock && stat -c %F /zero; cat /linked')).out).toBe('character special file\nof the host\n');
  });

  it('Binds with ro are read-only, the mounts below them too', async () => {
    const { out } = await run(['-v', `${host}:/data:ro`], 'cat /data/sub/below; touch /data/x 2>&1; touch /data/sub/x 2>&1; mount -o remount,rw /data 2>&1');
    expect(out.split('\n').slice(0, 3)).toEqual(['below', 'touch: /data/x: Read-only file system', 'touch: /data/sub/x: Read-only file system']);
    expect(readdirSync(join(host, 'sub'))).toEqual(['below']);
  });

  it('BindOptions.ReadOnlyNonRecursive leaves the mounts below writable', async () => {
    const mount = `type=bind,src=${host},dst=/data,readonly,bind-recursive=writable`;
    expect((await run(['--mount', mount], 'touch /data/x 2>&1; touch /data/sub/x && rm /data/sub/x && echo written')).out).toBe(
      'touch: /data/x: Read-only file system\nwritten\n',
    );
  });

  it('BindOptions.ReadOnlyForceRecursive makes the mounts below read-only', async () => {
    const mount = `type=bind,src=${host},dst=/data,readonly,bind-recursive=readonly,bind-propagation=rprivate`;
    expect((await run(['--mount', mount], 'touch /data/sub/x 2>&1')).out).toBe('touch: /data/sub/x: Read-only file system\n');
  });

  it('BindOptions.NonRecursive leaves the mounts below out', async () => {
    expect((await run(['--mount', `type=bind,src=${host},dst=/data,bind-recursive=disabled`], 'ls /data; ls /data/sub')).out).not.toContain('below');
  });

  it('BindOptions.CreateMountpoint makes a missing source', async () => {
    const mount = { Type: 'bind', Source: `${host}/plain/asked`, Target: '/data', BindOptions: { CreateMountpoint: true } };
    const created = await api({ Mounts: [mount] });
    expect(created.status).toBe(201);
    const { Id } = created.json as { Id: string };
    expect((await engine.docker(['start', Id])).code).toBe(0);
    expect(existsSync(mount.Source)).toBe(true);
    await engine.docker(['rm', '-f', Id]);
  });

  it('Mounts of a missing source are refused', async () => {
    expect(await run(['--mount', `type=bind,src=${host}/nothing,dst=/data`], 'true')).toMatchObject({
      code: 125,
      err: expect.stringContaining(`invalid mount config for type "bind": bind source path does not exist: ${host}/nothing`) as string,
    });
    expect(existsSync(join(host, 'nothing'))).toBe(false);
  });

  it.each([
    ['rprivate', false, false],
    ['rslave', true, false],
    ['rshared', true, true],
  ])('BindOptions.Propagation %s: later host mounts come in: %s, mounts made inside go out: %s', async (propagation, comesIn, goesOut) => {
    const name = `p-${propagation}`;
    const before = hostMounts();
    await engine.docker([
      'run',
      '-d',
      '--name',
      name,
      '--network',
      'none',
      '--cap-add',
      'SYS_ADMIN',
      '-v',
      `${host}:/data:${propagation}`,
      IMAGE,
      'sleep',
      '1000',
    ]);
    tool('mount', '-t', 'tmpfs', 'tmpfs', join(host, 'late'));
    writeFileSync(join(host, 'late', 'seen'), '');
    try {
      expect((await engine.docker(['exec', name, 'ls', '/data/late'])).out).toBe(comesIn ? 'seen\n' : '');
      expect(await engine.docker(['exec', name, 'sh', '-c', 'mount -t tmpfs tmpfs /data/inner && touch /data/inner/seen'])).toMatchObject({ code: 0, err: '' });
      expect(readdirSync(join(host, 'inner'))).toEqual(goesOut ? ['seen'] : []);
    } finally {
      tool('umount', join(host, 'late'));
      if (goesOut) tool('umount', join(host, 'inner'));
      await engine.docker(['rm', '-f', name]);
    }
    // Nothing but what was asked for reached the host, and the end of the container took nothing away.
    await eventually(() => hostMounts() === before, 'the table of the host is as before');
    expect(readdirSync(join(host, 'sub'))).toEqual(['below']);
  });

  it('BindOptions.Propagation non-recursive and read-only combine with shared', async () => {
    const mount = `type=bind,src=${host},dst=/data,readonly,bind-recursive=disabled,bind-propagation=shared`;
    const { out } = await run(
      ['--mount', mount, '-v', `${host}/sub:/second:rshared`],
      "grep ' /data ' /proc/self/mountinfo; grep ' /second ' /proc/self/mountinfo; ls /data/sub; ls /second",
    );
    const [data, second, ...rest] = out.split('\n');
    expect(data).toMatch(/ \/data ro.* shared:/);
    expect(second).toMatch(/ \/second rw.* shared:/);
    expect(rest).toEqual(['below', '']);
  });

  it('BindOptions.Propagation rshared over /etc and /sys shows nothing of the engine’s mounts on the host', async () => {
    for (const name of ['etc', 'sys']) mkdirSync(join(host, 'plain', name), { recursive: true });
    for (const name of ['hosts', 'sys/firmware']) writeFileSync(join(host, 'plain', name), 'of the host\n');
    const before = hostMounts();
    const options = ['-v', `${host}/plain:/etc:rshared`, '-v', `${host}/plain:/data:rshared`, '--tmpfs', '/tmp'];
    await engine.docker(['run', '-d', '--name', 'over', '--network', 'none', ...options, IMAGE, 'sleep', '1000']);
    expect((await engine.docker(['exec', 'over', 'cat', '/etc/hosts', '/data/sys/firmware'])).out).toBe('of the host\nof the host\n');
    expect(hostMounts()).toBe(before);
    await engine.docker(['rm', '-f', 'over']);
    expect(hostMounts()).toBe(before);
  });

  it.each([
    ['rshared', 'but it is not a shared mount'],
    ['rslave', 'but it is not a shared or slave mount'],
  ])('BindOptions.Propagation %s is refused where the source is on a private mount', async (propagation, text) => {
    tool('mount', '-t', 'tmpfs', 'tmpfs', join(host, 'late'));
    tool('mount', '--make-private', join(host, 'late'));
    try {
      const { code, err } = await run(['-v', `${host}/late:/data:${propagation}`], 'true');
      expect([code, err]).toEqual([125, expect.stringContaining(`path ${host}/late is mounted on ${host}/late ${text}`)]);
    } finally {
      tool('umount', join(host, 'late'));
    }
  });

  it('Mounts of type tmpfs have TmpfsOptions SizeBytes, Mode and Options', async () => {
    const mount = { Type: 'tmpfs', Target: '/scratch', TmpfsOptions: { SizeBytes: 65_536, Mode: 0o1750, Options: [['exec']] } };
    const { Id } = (await engine
      .call('POST', '/containers/create', {
        Image: IMAGE,
        Cmd: ['sh', '-c', 'stat -c %a /scratch; grep " /scratch " /proc/self/mountinfo; dd if=/dev/zero of=/scratch/x bs=1k count=100 2>&1 | tail -1'],
        HostConfig: { NetworkMode: 'none', Mounts: [mount] },
      })
      .then(({ json }) => json)) as { Id: string };
    const { out } = await engine.docker(['start', '-a', Id]);
    expect(out).toMatch(/^1750\n.* rw,nosuid,nodev,relatime.*size=64k.*\n64\+0 records out\n$/);
    await engine.docker(['rm', '-f', Id]);
  });

  it('Mounts of type tmpfs can be read-only', async () => {
    expect((await run(['--mount', 'type=tmpfs,dst=/scratch,readonly'], 'touch /scratch/x 2>&1')).out).toContain('Read-only file system');
  });

  it('Tmpfs takes sizes, modes and flags', async () => {
    const { out } = await run(
      ['--tmpfs', '/run:size=100k,mode=0711,exec', '--tmpfs', '/plain'],
      'stat -c %a /run; grep -E " (/run|/plain) " /proc/self/mountinfo | sort -k5 -r',
    );
    const [mode, first, second] = out.split('\n');
    expect(mode).toBe('711');
    expect(first).toMatch(/ \/run rw,nosuid,nodev,relatime .*size=100k/);
    expect(second).toMatch(/ \/plain rw,nosuid,nodev,noexec,relatime /);
  });

  it('Tmpfs has the mode of the directory it covers, and the kernel’s where there was none', async () => {
    const { out } = await run(
      ['--tmpfs', '/root', '--tmpfs', '/tmp', '--tmpfs', '/new', '--mount', 'type=tmpfs,dst=/etc'],
      'stat -c "%n %a" /root /tmp /new /etc',
    );
    expect(out).toMatch(/^\/root 7[05][05]\n\/tmp 1777\n\/new 1777\n\/etc 755\n$/);
  });

  it('ShmSize is the size of /dev/shm', async () => {
    expect((await run(['--shm-size', '1m'], 'df -k /dev/shm | tail -1')).out).toMatch(/^shm +1024 /);
    expect((await run([], 'df -k /dev/shm | tail -1')).out).toMatch(/^shm +65536 /);
  });

  it('ReadonlyRootfs leaves mounts writable and masks in place', async () => {
    const script =
      'touch /x 2>&1; touch /data/x /run/x /dev/shm/x && rm /data/x && echo ok; touch /etc/hosts 2>&1; cat /proc/keys /proc/timer_list 2> /dev/null | wc -c; echo 1 > /proc/sys/kernel/hostname';
    const { out, err } = await run(['--read-only', '-v', `${host}/plain:/data`, '--tmpfs', '/run'], script);
    expect(out.split('\n').slice(0, 4)).toEqual(['touch: /x: Read-only file system', 'ok', 'touch: /etc/hosts: Read-only file system', '0']);
    expect(err).toContain('Read-only file system');
  });

  it('Mounts are shown by inspect', async () => {
    await engine.docker(['create', '--name', 'shown', '-v', `${host}:/data:ro,rslave`, '--mount', 'type=tmpfs,dst=/scratch', IMAGE]);
    const { Mounts } = (await engine.call('GET', '/containers/shown/json')).json as { Mounts: { Destination: string }[] };
    expect(Mounts.sort((left, right) => (left.Destination < right.Destination ? -1 : 1))).toMatchObject([
      { Type: 'bind', Source: host, Destination: '/data', RW: false, Propagation: 'rslave' },
      { Type: 'tmpfs', Destination: '/scratch', RW: true },
    ]);
    await engine.docker(['rm', 'shown']);
  });

  it.each([
    ['Binds', { Binds: ['/a:b'] }, "invalid volume specification: '/a:b'"],
    ['Binds', { Binds: ['/a:/'] }, "destination can't be '/'"],
    ['Binds', { Binds: ['/a:/b:fast'] }, 'invalid mode: fast'],
    ['Binds', { Binds: ['/a:/b', '/c:/b'] }, 'Duplicate mount point: /b'],
    ['Binds', { Binds: '/a:/b' }, 'HostConfig.Binds'],
    ['Mounts', { Mounts: [{ Type: 'bind', Source: 'a', Target: '/b' }] }, "invalid mount path: 'a' mount path must be absolute"],
    ['Mounts', { Mounts: [{ Type: 'odd', Source: '/a', Target: '/b' }] }, 'mount type unknown'],
    ['Mounts', { Mounts: [{ Type: 'bind', Source: '/', Target: '/b', BindOptions: { Propagation: 7 } }] }, 'HostConfig.Mounts.0.BindOptions.Propagation'],
    ['Tmpfs', { Tmpfs: { '/run': 'colour=red' } }, 'invalid tmpfs option ["colour=red"]'],
    ['Tmpfs', { Tmpfs: { '/run': 'size=much,mode=9' } }, 'invalid tmpfs option'],
    ['Tmpfs', { Tmpfs: { run: '' } }, "invalid mount path: 'run' mount path must be absolute"],
    ['ShmSize', { ShmSize: -1 }, 'SHM size can not be less than 0'],
    ['ShmSize', { ShmSize: '1m' }, 'HostConfig.ShmSize'],
    ['ReadonlyRootfs', { ReadonlyRootfs: 'yes' }, 'HostConfig.ReadonlyRootfs'],
  ])('%s %j is refused and nothing is made', async (_field, hostConfig, text) => {
    const before = await containers();
    const { status, json } = await api(hostConfig);
    expect([status, json]).toEqual([400, { message: expect.stringContaining(text) as string }]);
    expect(await containers()).toBe(before);
  });
});
