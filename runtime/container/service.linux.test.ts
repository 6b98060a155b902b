import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ContainerRig, openContainerRig } from '../testkit/container-rig.ts';
import { leaksAfterGrace } from '../testkit/leak-check.ts';
import type { AttachedStreams, ExecConfig } from './container-service.ts';
import type { ContainerServiceHandle } from './service.ts';

const PATIENCE = { timeout: 20_000 };

type Config = Parameters<ContainerServiceHandle['create']>[0];

let rig: ContainerRig;
let directory: string;
const signal = new AbortController().signal;

beforeAll(async () => {
  rig = await openContainerRig();
  directory = mkdtempSync(join(tmpdir(), 'slw-data-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

let names = 0;
async function create(cmd: string[], config: Partial<Config> = {}): Promise<string> {
  const name = `test-${names++}`;
  await rig.containers.create({ Image: 'busybox', Cmd: cmd, ...config, HostConfig: { NetworkMode: 'none', ...config.HostConfig } }, { name });
  return name;
}
async function logsOf(name: string): Promise<string> {
  let text = '';
  for await (const batch of rig.containers.logs(name, { stdout: true, stderr: true, follow: false, signal })) {
    for (const { data } of batch) text += Buffer.from(data).toString();
  }
  return text;
}
const wait = (name: string) => rig.containers.wait(name, 'next-exit', { signal, armed: () => undefined });
const remove = (name: string) => rig.containers.remove(name, { force: true, volumes: false });

/** Runs to the end and answers output and exit code. */
async function run(cmd: string[], config: Partial<Config> = {}): Promise<{ readonly output: string; readonly exitCode: number }> {
  const name = await create(cmd, config);
  try {
    const exit = wait(name);
    await rig.containers.start(name);
    const { exitCode } = await exit;
    return { output: await logsOf(name), exitCode };
  } finally {
    await remove(name);
  }
}
async function withRunning<T>(config: Partial<Config>, use: (name: string) => Promise<T>, cmd = ['sleep', '100']): Promise<T> {
  const name = await create(cmd, config);
  try {
    await rig.containers.start(name);
    return await use(name);
  } finally {
    await remove(name);
  }
}
async function textOf(streams: AttachedStreams | null): Promise<string> {
  let text = '';
  for await (const { data } of streams?.output ?? []) text += Buffer.from(data).toString();
  return text;
}
const execConfig = (cmd: string[], change: Partial<ExecConfig> = {}): ExecConfig => ({
  attachStdin: false,
  attachStdout: true,
  attachStderr: true,
  tty: false,
  cmd,
  env: [],
  user: '',
  workingDir: '',
  privileged: false,
  detachKeys: '',
  ...change,
});
async function exec(name: string, cmd: string[], change: Partial<ExecConfig> = {}): Promise<{ readonly output: string; readonly exitCode: number | null }> {
  const id = rig.containers.execCreate(name, execConfig(cmd, change));
  const output = await textOf(await rig.containers.execStart(id, { attach: true, signal }));
  return { output, exitCode: rig.containers.execInspect(id).exitCode };
}

describe('a run', () => {
  it('has output, exit code and times', async () => {
    const name = await create(['sh', '-c', 'echo out; echo err >&2; exit 7']);
    const exit = wait(name);
    await rig.containers.start(name);
    expect(await exit).toEqual({ exitCode: 7, error: '' });
    expect((await logsOf(name)).split('\n').sort()).toEqual(['', 'err', 'out']);
    const { state } = rig.containers.inspect(name);
    expect(state).toMatchObject({ status: 'exited', exitCode: 7, pid: 0 });
    expect(state.finishedAt >= state.startedAt && state.startedAt > 0n).toBe(true);
    await remove(name);
  });

  it('is process 1 with its own name, environment and directory', async () => {
    const { output } = await run(['sh', '-c', 'echo $$; hostname; echo $A; pwd; echo $HOME'], { Hostname: 'box', Env: ['A=b'], WorkingDir: '/made/here' });
    expect(output).toBe('1\nbox\nb\n/made/here\n/root\n');
  });

  it('keeps its files over a restart, not over a removal', async () => {
    const name = await create(['sh', '-c', 'cat /kept 2>/dev/null || echo first > /kept']);
    for (let round = 0; round < 2; round++) {
      const exit = wait(name);
      await rig.containers.start(name);
      await exit;
    }
    expect(await logsOf(name)).toBe('first\n');
    await remove(name);
    expect((await run(['sh', '-c', 'cat /kept 2>/dev/null || echo none'])).output).toBe('none\n');
  });

  it('runs as another user with his groups and home', async () => {
    expect((await run(['sh', '-c', 'id; echo $HOME'], { User: 'web' })).output).toBe('uid=33(web) gid=33(web) groups=33(web),44(extra)\n/srv\n');
    expect((await run(['id'], { User: '7:8' })).output).toBe('uid=7 gid=8 groups=8\n');
  });

  it('has Docker’s capabilities, none as another user, all when privileged', async () => {
    const capabilities = (config: Partial<Config>) =>
      run(['grep', '-E', '^Cap(Inh|Prm|Eff|Bnd|Amb)', '/proc/self/status'], config).then(({ output }) => output.replace(/\s+/g, ' '));
    expect(await capabilities({})).toBe(
      'CapInh: 0000000000000000 CapPrm: 00000000a80425fb CapEff: 00000000a80425fb CapBnd: 00000000a80425fb CapAmb: 0000000000000000 ',
    );
    expect(await capabilities({ User: 'web' })).toContain('CapEff: 0000000000000000 CapBnd: 00000000a80425fb');
    expect(await capabilities({ HostConfig: { CapDrop: ['ALL'], CapAdd: ['CHOWN'] } })).toContain('CapEff: 0000000000000001');
  });

  it('is filtered, and free of it when asked', async () => {
    const mode = (config: Partial<Config>) => run(['grep', '^Seccomp:', '/proc/self/status'], config).then(({ output }) => output.trim().at(-1));
    expect(await mode({})).toBe('2');
    expect(await mode({ HostConfig: { SecurityOpt: ['seccomp=unconfined'] } })).toBe('0');
    expect((await run(['unshare', '-m', 'true'])).exitCode).not.toBe(0);
    const noNew = await run(['grep', '-E', '^NoNewPrivs|^Seccomp:', '/proc/self/status'], { HostConfig: { SecurityOpt: ['no-new-privileges'] } });
    expect(noNew.output.replace(/\s+/g, ' ')).toBe('NoNewPrivs: 1 Seccomp: 2 ');
  });

  it('hides and protects parts of /proc and /sys', async () => {
    const { output } = await run([
      'sh',
      '-c',
      'cat /proc/kcore 2>/dev/null | wc -c; (echo 1 > /proc/sys/vm/swappiness) 2>&1; touch /sys/x 2>&1; ls /sys/firmware | wc -l',
    ]);
    expect(output).toContain('0\n');
    expect(output.match(/Read-only file system/g)).toHaveLength(2);
    expect(output.endsWith('0\n')).toBe(true);
  });

  it('has the standard devices and mounts', async () => {
    const { output } = await run(['sh', '-c', 'ls -1 /dev; head -c4 /dev/zero | wc -c; echo x > /dev/null; df /dev/shm | tail -1']);
    expect(output.split('\n')).toEqual(
      expect.arrayContaining(['fd', 'full', 'mqueue', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty', 'urandom', 'zero', '4']),
    );
    expect(output).toMatch(/shm\s+65536/);
  });

  it('sees its own cgroups only, read-only', async () => {
    const { output } = await run(['sh', '-c', 'cat /proc/self/cgroup; mkdir /sys/fs/cgroup/memory/x /sys/fs/cgroup/x 2>&1']);
    expect(output).not.toContain(rig.cgroupParent);
    expect(output).toMatch(/Read-only file system|Permission denied/);
  });

  it('mounts binds and tmpfs as asked', async () => {
    writeFileSync(join(directory, 'file'), 'from the host\n');
    const { output } = await run(['sh', '-c', 'cat /data/file; echo back > /data/made; touch /ro/x 2>&1; df /scratch | tail -1'], {
      HostConfig: { Binds: [`${directory}:/data`, `${directory}:/ro:ro`], Tmpfs: { '/scratch': 'size=64k' } },
    });
    expect(output).toContain('from the host\n');
    expect(output).toContain('Read-only file system');
    expect(output).toMatch(/64\s+0\s+64/);
    expect(readFileSync(join(directory, 'made'), 'utf8')).toBe('back\n');
  });

  it('makes the missing source of a bind, and has a read-only root when asked', async () => {
    const made = join(directory, 'new/dir');
    expect((await run(['ls', '/d'], { HostConfig: { Binds: [`${made}:/d`] } })).exitCode).toBe(0);
    expect((await run(['sh', '-c', 'touch /x 2>&1; touch /dev/shm/y'], { HostConfig: { ReadonlyRootfs: true } })).output).toContain('Read-only file system');
    mkdirSync(made, { recursive: true });
  });

  it('has hosts, hostname and resolv.conf of its own', async () => {
    const { output } = await run(['sh', '-c', 'cat /etc/hostname; grep added /etc/hosts; grep nameserver /etc/resolv.conf'], {
      Hostname: 'box',
      HostConfig: { NetworkMode: 'none', ExtraHosts: ['added:10.1.2.3'], Dns: ['10.9.9.9'] },
    });
    expect(output).toBe('box\n10.1.2.3\tadded\nnameserver 10.9.9.9\n');
  });

  it('is limited', async () => {
    const { output } = await run(['sh', '-c', 'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; ulimit -n'], {
      HostConfig: { Memory: 32 * 2 ** 20, PidsLimit: 50, Ulimits: [{ Name: 'nofile', Soft: 99, Hard: 100 }] },
    });
    expect(output).toBe('33554432\n99\n');
  });

  it('tells of an out-of-memory kill', async () => {
    const name = await create(['sh', '-c', 'head -c 200000000 /dev/zero | tail'], { HostConfig: { Memory: 16 * 2 ** 20, MemorySwap: 16 * 2 ** 20 } });
    const exit = wait(name);
    await rig.containers.start(name);
    await exit;
    expect(rig.containers.inspect(name).state.oomKilled).toBe(true);
    await remove(name);
  });

  it('is on the network asked for', async () => {
    expect((await run(['sh', '-c', 'ip -o link | wc -l'])).output).toBe('1\n');
    expect((await run(['hostname'], { HostConfig: { NetworkMode: 'host' } })).output.trim()).toBe(readFileSync('/proc/sys/kernel/hostname', 'utf8').trim());
    const { output, exitCode } = await run(['sh', '-c', 'ip -o -4 addr show eth0; ip route; ping -c1 -W2 $(ip route | head -1 | cut -d" " -f3) >/dev/null'], {
      HostConfig: { NetworkMode: 'bridge' },
    });
    expect(output).toMatch(/inet 1[0-9.]+\/[0-9]+/);
    expect([output, exitCode]).toEqual([expect.stringMatching(/default via/), 0]);
  });
});

describe('what cannot be run', () => {
  const cases: readonly [string[], Partial<Config>, string, number][] = [
    [['nope'], {}, 'exec: "nope": executable file not found in $PATH', 127],
    [['/nope'], {}, 'exec: "/nope": stat /nope: no such file or directory', 127],
    [['/bin/plain'], {}, 'exec: "/bin/plain": permission denied', 126],
    [['/bin/foreign'], {}, 'exec /bin/foreign: exec format error', 126],
    [['/etc'], {}, 'exec: "/etc": ', 126],
    [['true'], { User: 'nobody' }, 'unable to find user nobody: no matching entries in passwd file', 128],
    [['true'], { User: 'web', WorkingDir: '/private' }, 'chdir to cwd ("/private") set in config failed: permission denied', 126],
    [['true'], { WorkingDir: '/etc/passwd' }, 'chdir to cwd ("/etc/passwd") set in config failed: not a directory', 127],
  ];
  it.each(cases)('%j %j', async (cmd, config, text, exitCode) => {
    const name = await create(cmd, config);
    await expect(rig.containers.start(name)).rejects.toThrow(text);
    expect(rig.containers.inspect(name).state).toMatchObject({ status: 'created', exitCode });
    await remove(name);
  });
});

describe('the verbs', () => {
  it('stop: asks, then kills', async () => {
    await withRunning({}, async (name) => {
      const started = performance.now();
      await rig.containers.stop(name, { timeout: 1 });
      expect(performance.now() - started).toBeGreaterThan(900);
      expect(rig.containers.inspect(name).state.exitCode).toBe(137);
    });
    const obedient = ['sh', '-c', 'trap "exit 3" TERM; echo ready; while :; do sleep 0.1; done'];
    await withRunning(
      {},
      async (name) => {
        await vi.waitFor(async () => expect(await logsOf(name)).toBe('ready\n'), PATIENCE);
        await rig.containers.stop(name, {});
        expect(rig.containers.inspect(name).state.exitCode).toBe(3);
      },
      obedient,
    );
  });

  it('restart: as often and as fast as asked, over runs that are still being cleared', async () => {
    await withRunning({}, async (name) => {
      for (let i = 0; i < 25; i++) await rig.containers.restart(name, { timeout: 0 });
      expect(rig.containers.inspect(name).state).toMatchObject({ status: 'running', error: '' });
    });
    // The exit is stored, and the monitor let go, a moment after the removal is answered.
    await expect.poll(() => readdirSync(`${rig.directory}/c`)).toEqual([]);
  });

  it('pause: freezes, and a forced removal thaws', async () => {
    const ticking = ['sh', '-c', 'while :; do echo tick; sleep 0.05; done'];
    await withRunning(
      {},
      async (name) => {
        await vi.waitFor(async () => expect(await logsOf(name)).toContain('tick'), PATIENCE);
        await rig.containers.pause(name);
        // What was written before may reach the log afterwards.
        let frozen = '';
        await expect
          .poll(async () => {
            frozen = await logsOf(name);
            await new Promise((resolve) => setTimeout(resolve, 200));
            return (await logsOf(name)) === frozen;
          })
          .toBe(true);
        await rig.containers.unpause(name);
        await vi.waitFor(async () => expect((await logsOf(name)).length).toBeGreaterThan(frozen.length), PATIENCE);
        await rig.containers.pause(name);
      },
      ticking,
    );
  });

  it('logs: follows to the end', async () => {
    const name = await create(['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 0.1; done']);
    await rig.containers.start(name);
    let text = '';
    for await (const batch of rig.containers.logs(name, { stdout: true, stderr: true, follow: true, signal }))
      for (const { data } of batch) text += Buffer.from(data).toString();
    expect(text).toBe('1\n2\n3\n');
    await remove(name);
  });

  it('logs: joins a line over 16 KiB', async () => {
    const { output } = await run([
      'sh',
      '-c',
      'head -c 100000 /dev/zero | tr "\\0" x 2>/dev/null || yes x | head -50000 | while read l; do printf xx; done; echo',
    ]);
    expect(output).toMatch(/^x*\n$/);
  });

  it('attach: from the first byte, with stdin to its end', async () => {
    const name = await create(['cat'], { OpenStdin: true, StdinOnce: true });
    const attached = await rig.containers.attach(name, { stdin: true, stdout: true, stderr: true, signal });
    const text = textOf(attached);
    const exit = wait(name);
    await rig.containers.start(name);
    await attached.write(Buffer.from('through\n'));
    attached.closeStdin();
    expect(await text).toBe('through\n');
    expect(await exit).toMatchObject({ exitCode: 0 });
    await remove(name);
  });

  it('attach: a terminal has a size and detaches by keys', async () => {
    const name = await create(['sh'], { Tty: true, OpenStdin: true });
    await rig.containers.start(name);
    const attached = await rig.containers.attach(name, { stdin: true, stdout: true, stderr: true, signal });
    const text = textOf(attached);
    await rig.containers.resize(name, 33, 99);
    await attached.write(Buffer.from('stty size; tty\n'));
    await vi.waitFor(async () => expect(await logsOf(name)).toContain('33 99'), PATIENCE);
    await attached.write(Buffer.from('\x10\x11'));
    expect(await text).toMatch(/33 99\r\n\/dev\/pts\/0|33 99\r\n\/dev\/console/);
    expect(rig.containers.inspect(name).state.status).toBe('running');
    await remove(name);
  });

  it('exec: output, code, user, directory, environment', async () => {
    await withRunning({ Env: ['A=1'] }, async (name) => {
      expect(await exec(name, ['sh', '-c', 'echo $A$B; pwd; id -u; exit 4'], { env: ['B=2'], user: 'web', workingDir: '/tmp' })).toEqual({
        output: '12\n/tmp\n33\n',
        exitCode: 4,
      });
      const missing = await exec(name, ['nope']);
      expect(missing).toEqual({ output: expect.stringContaining('executable file not found in $PATH') as string, exitCode: 127 });
      expect((await exec(name, ['/bin/plain'])).exitCode).toBe(126);
      expect((await exec(name, ['sh', '-c', 'tty; kill -9 $$'], { tty: true })).output).toContain('/dev/pts/');
      expect((await exec(name, ['grep', '-cE', '^(Cap(Inh|Amb):.0000000000000000|Seccomp:.2)', '/proc/self/status'])).output).toBe('3\n');
    });
  });

  it('exec: detached, and with stdin', async () => {
    await withRunning({}, async (name) => {
      const id = rig.containers.execCreate(name, execConfig(['sh', '-c', 'until [ -e /end ]; do sleep 0.02; done; exit 5']));
      expect(await rig.containers.execStart(id, { attach: false, signal })).toBeNull();
      expect(rig.containers.execInspect(id)).toMatchObject({ running: true });
      await exec(name, ['touch', '/end']);
      await vi.waitFor(() => expect(rig.containers.execInspect(id)).toMatchObject({ running: false, exitCode: 5 }), PATIENCE);
      const cat = rig.containers.execCreate(name, execConfig(['cat'], { attachStdin: true }));
      const streams = await rig.containers.execStart(cat, { attach: true, signal });
      await streams?.write(Buffer.from('in and out'));
      streams?.closeStdin();
      expect(await textOf(streams)).toBe('in and out');
    });
  });

  it('top and stats', async () => {
    await withRunning({ HostConfig: { Memory: 64 * 2 ** 20 } }, async (name) => {
      const { titles, processes } = await rig.containers.top(name, 'aux');
      expect(processes.map((row) => row[titles.indexOf('COMMAND')])).toEqual(['sleep 100']);
      const sample = await rig.containers.stats(name);
      expect(sample.pids.current).toBe(1);
      expect(sample.memory.limit).toBe(64 * 2 ** 20);
      expect(sample.cpu.totalNs > 0n).toBe(true);
      await vi.waitFor(() => expect(rig.containers.metrics({ ref: name }).get(rig.containers.inspect(name).id)?.length).toBeGreaterThan(0), PATIENCE);
    });
  });

  it('rm: --rm removes by itself', async () => {
    const name = await create(['true'], { HostConfig: { AutoRemove: true } });
    const gone = rig.containers.wait(name, 'removed', { signal, armed: () => undefined });
    await rig.containers.start(name);
    expect(await gone).toMatchObject({ exitCode: 0 });
    expect(() => rig.containers.inspect(name)).toThrow('No such container');
  });

  it('shares namespaces of another container', async () => {
    await withRunning({ Hostname: 'first' }, async (name) => {
      expect((await run(['ps'], { HostConfig: { PidMode: `container:${name}`, NetworkMode: `container:${name}` } })).output).toContain('sleep 100');
    });
  });
});

describe('recovery', () => {
  it('adopts what runs with its log and exit code', async () => {
    const name = await create(['sh', '-c', 'echo one; while [ ! -e /go ]; do sleep 0.05; done; echo two; exit 6']);
    await rig.containers.start(name);
    const { pid } = rig.containers.inspect(name).state;
    await rig.reopen();
    expect(rig.containers.inspect(name).state).toMatchObject({ status: 'running', pid });
    const exit = wait(name);
    await exec(name, ['touch', '/go']);
    expect(await exit).toMatchObject({ exitCode: 6 });
    expect(await logsOf(name)).toBe('one\ntwo\n');
    await remove(name);
  });
});

it('leaves nothing behind', async () => {
  await rig[Symbol.asyncDispose]();
  expect(await leaksAfterGrace({ words: [rig.cgroupParent, rig.directory] })).toEqual([]);
  expect(existsSync(rig.directory)).toBe(false);
});
