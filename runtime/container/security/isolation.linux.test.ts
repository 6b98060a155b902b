import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ContainerSession } from '../../testkit/container-session.ts';

let session: ContainerSession;
let images = 0;
beforeAll(async () => {
  session = await ContainerSession.open();
});
afterAll(() => session[Symbol.asyncDispose]());

describe('cgroups as a container sees them', () => {
  it('are read-only, release_agent is not there to be written, and nothing can be made (CVE-2022-0492)', async () => {
    const output = await session.sh(`
      for path in $(cut -d' ' -f5,6 /proc/self/mountinfo | grep '^/sys/fs/cgroup' | cut -d' ' -f1); do
        mkdir $path/new 2>/dev/null && echo made $path/new
        for file in release_agent notify_on_release cgroup.procs tasks memory.limit_in_bytes devices.allow memory.max cgroup.subtree_control; do
          [ -e $path/$file ] && { echo 1 > $path/$file; } 2>/dev/null && echo wrote $path/$file
        done
      done; echo done; grep -c ' /sys/fs/cgroup' /proc/self/mountinfo`);
    expect(output).toMatch(/^done\n[1-9]\d*\n$/);
    const flags = (await session.sh('cat /proc/self/mountinfo')).split('\n').filter((line) => line.split(' ')[4]?.startsWith('/sys/fs/cgroup/'));
    for (const line of flags) expect(line.split(' ')[5]).toMatch(/^ro,nosuid,nodev,noexec/);
  });

  it('show nothing above its own group', async () => {
    for (const line of (await session.sh('cat /proc/self/cgroup')).trim().split('\n')) expect(line).toMatch(/:\/(\.\.)*$/);
  });
});

describe('what the engine keeps on the host', () => {
  it('is closed to other users: state, layers and writable files of containers', async () => {
    const name = await session.start(['sleep', '100']);
    const root = session.rig.directory;
    for (const path of ['containers', 'layers', 'snapshots', 'trash', 'l', 'c']) {
      if (existsSync(`${root}/${path}`)) expect([path, lstatSync(`${root}/${path}`).mode & 0o067]).toEqual([path, 0]);
    }
    const { id } = session.rig.containers.inspect(name);
    const run = id.slice(0, 32);
    for (const path of [`c/${run}`, `containers/${id}`, `snapshots/${id}`]) expect([path, lstatSync(`${root}/${path}`).mode & 0o067]).toEqual([path, 0]);
    for (const file of readdirSync(`${root}/c/${run}`)) expect([file, lstatSync(`${root}/c/${run}/${file}`).mode & 0o077]).toEqual([file, 0]);
    await session.remove(name);
  });

  it('listens on no abstract socket and no port (CVE-2020-15257)', async () => {
    const name = await session.start(['sleep', '100'], { HostConfig: { NetworkMode: 'host' } });
    const inodes = socketsOf([process.pid, ...relatives(session.pid(name))]);
    expect(inodes.size).toBeGreaterThan(0);
    const unix = readFileSync('/proc/net/unix', 'utf8').split('\n');
    for (const line of unix) if (inodes.has(line.trim().split(/\s+/)[6] ?? '')) expect(line).not.toContain('@');
    for (const table of ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'packet']) {
      const lines = readFileSync(`/proc/net/${table}`, 'utf8').split('\n');
      expect([
        table,
        lines.filter((line) =>
          line
            .trim()
            .split(/\s+/)
            .some((field) => inodes.has(field)),
        ),
      ]).toEqual([table, []]);
    }
    // A container in the host's network sees no name that leads to the engine.
    expect((await session.exec(name, ['cat', '/proc/net/unix'])).output).not.toMatch(/@[^\n]*slipway/);
    await session.remove(name);
  });
});

/** The zygote and the monitor of an init. */
function relatives(init: number): number[] {
  const parent = (pid: number): number => Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  const zygotes = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && isZygoteOf(Number(pid), process.pid, parent));
  return [parent(init), ...zygotes.map(Number)];
}
function isZygoteOf(pid: number, of: number, parent: (pid: number) => number): boolean {
  try {
    return parent(pid) === of && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('slipway-zygote');
  } catch {
    return false;
  }
}
function socketsOf(pids: readonly number[]): Set<string> {
  const links = pids.flatMap((pid) => readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`)));
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}
function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

describe('one request', () => {
  it('leaves nothing of its environment to another, nor of the engine to any', async () => {
    process.env['SLIPWAY_TEST_SECRET'] = 'of-the-engine';
    const name = await session.start(['sleep', '100'], { Env: ['OF_INIT=1'] });
    expect((await session.exec(name, ['env'], { env: ['OF_FIRST=secret'] })).output).toContain('OF_FIRST=secret');
    const second = (await session.exec(name, ['sh', '-c', 'env; cat /proc/1/environ'])).output;
    expect(second).toContain('OF_INIT=1');
    expect(second).not.toMatch(/OF_FIRST|SLIPWAY_TEST_SECRET|of-the-engine/);
    const other = await session.sh('env');
    expect(other).not.toMatch(/OF_INIT|OF_FIRST|SLIPWAY_TEST_SECRET/);
    delete process.env['SLIPWAY_TEST_SECRET'];
    await session.remove(name);
  });

  it('reads processes from outside, so that no program of the container is run by top (CVE-2022-1227)', async () => {
    const name = await session.start(['sleep', '100']);
    await session.exec(name, ['sh', '-c', 'rm /bin/ps; printf "#!/bin/sh\\ntouch /ran\\n" > /bin/ps; chmod 755 /bin/ps']);
    const { processes } = await session.rig.containers.top(name, '');
    expect(processes.flat().join(' ')).toContain('sleep 100');
    expect((await session.exec(name, ['test', '-e', '/ran'])).exitCode).toBe(1);
    await session.remove(name);
  });
});

describe('an image', () => {
  it("names no path of the host: volumes, labels, user, command and environment are the container's alone (CVE-2022-23648)", async () => {
    const secret = `${session.rig.directory}/state.db`;
    session.rig.addImage('claiming', () => undefined, {
      Volumes: { [`/data:${session.rig.directory}`]: {}, '/../../etc': {}, '/proc': {} },
      Labels: { 'io.containerd.bind': `${secret}:/state`, 'org.slipway.privileged': 'true', 'com.docker.privileged': 'true' },
      Env: ['PATH=/bin', 'HostConfig={"Privileged":true}'],
      WorkingDir: '/../../..',
    });
    const output = await session
      .sh('cat /state; pwd; cat /proc/self/status; cat /proc/self/mountinfo', { Image: 'claiming' })
      .catch((error: unknown) => String(error));
    expect(output).toMatch(/No such file|inside \/proc|invalid/);
    expect(output).not.toContain(`${session.rig.directory} `);
    if (output.includes('CapEff')) expect(output).toMatch(/CapEff:\s+00000000a80425fb/);
  });

  it.each(['/etc/passwd', '../../etc/shadow', 'root; id', '/proc/self/exe'])('with the user %j names nobody', async (User) => {
    const Image = `user${images++}`;
    session.rig.addImage(Image, () => undefined, { User });
    await expect(session.run(['id'], { Image })).rejects.toThrow(/unable to find user/);
  });
});

describe('sysctls', () => {
  it.each([
    'kernel.core_pattern',
    'kernel.hostname+x',
    'net.ipv4.ip_forward+kernel.core_pattern',
    'net/../kernel/core_pattern',
    'net.ipv4/../../kernel/core_pattern',
    'net..ipv4',
    '../kernel.core_pattern',
    'net.ipv4.ip_forward\n',
    'net.ipv4.ip forward',
    'net',
    '',
    'vm.overcommit_memory',
    'fs.mqueue/../../kernel/core_pattern',
    'kernel.shmmax/../core_pattern',
  ])('%j never reaches beyond the namespaces of the container (CVE-2022-0811)', async (key) => {
    const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
    await expect(session.create(['true'], { HostConfig: { Sysctls: { [key]: '1' } } })).rejects.toThrow(/sysctl/i);
    expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
  });

  it('of a namespace that is shared with the host are refused', async () => {
    const HostConfig = { NetworkMode: 'host', Sysctls: { 'net.ipv4.ip_forward': '1' } };
    await expect(session.create(['true'], { HostConfig })).rejects.toThrow(/sysctl/i);
    await expect(session.create(['true'], { HostConfig: { IpcMode: 'host', Sysctls: { 'kernel.shmmax': '1' } } })).rejects.toThrow(/sysctl/i);
  });

  it('with values of more than one setting write that one alone', async () => {
    const Sysctls = { 'net.ipv4.ip_forward': '1', 'kernel.shm_rmid_forced': '1' };
    expect(await session.sh('cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shm_rmid_forced', { HostConfig: { Sysctls } })).toBe('1\n1\n');
    await expect(session.run(['true'], { HostConfig: { Sysctls: { 'net.ipv4.ip_forward': '1\n2+x' } } })).rejects.toThrow(/ip_forward/);
  });
});
