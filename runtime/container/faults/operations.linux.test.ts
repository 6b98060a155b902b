import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAUNCHER_BINARY } from '../../sys/launcher/create-launcher.ts';
import type { Op } from '../../sys/launcher/ops.ts';
import { type ContainerRig, openContainerRig } from '../../testkit/container-rig.ts';
import { armLauncher, type LauncherFault, launcherWithFailpoints } from '../../testkit/launcher-failpoints.ts';
import { leaksAfterGrace } from '../../testkit/leak-check.ts';
import type { ContainerDependencies } from '../dependencies.ts';

/** EDQUOT: nothing in a start gives it by itself. */
const ERRNO = 122;
/** The monitor's own steps, by the numbers that failures carry. */
const STEPS = { 'run-directory': 241, log: 242, cgroup: 243, clone: 244, 'join-namespace': 245, 'host-netlink': 246, stdio: 247 } as const;

const seen: { setup: readonly Op[]; final: readonly Op[]; exec: readonly Op[] } = { setup: [], final: [], exec: [] };

/** Remembers the lists of the last start and exec. */
function spying(deps: ContainerDependencies): ContainerDependencies {
  const launcher: ContainerDependencies['launcher'] = {
    ...deps.launcher,
    adopt: (directory) => deps.launcher.adopt(directory),
    prepare: async (plan, signal) => {
      seen.setup = plan.setup;
      const prepared = await deps.launcher.prepare(plan, signal);
      return {
        ...prepared,
        go: async (final) => {
          seen.final = final;
          const monitor = await prepared.go(final);
          return {
            ...monitor,
            exec: (exec) => {
              seen.exec = exec.ops;
              return monitor.exec(exec);
            },
          };
        },
      };
    },
  };
  return { ...deps, launcher };
}

let rig: ContainerRig;
let id: string;
beforeAll(async () => {
  rig = await openContainerRig(spying, launcherWithFailpoints());
  const bound = join(rig.directory, 'bound');
  mkdirSync(bound);
  // A container that needs every kind of operation.
  ({ id } = await rig.containers.create(
    {
      Image: 'busybox',
      Cmd: ['sleep', '1000'],
      Tty: true,
      OpenStdin: true,
      Domainname: 'example',
      User: 'web',
      WorkingDir: '/scratch/here',
      HostConfig: {
        NetworkMode: 'bridge',
        Binds: [`${bound}:/bound`, `${bound}:/bound-ro:ro`],
        Tmpfs: { '/scratch': 'mode=1777' },
        ReadonlyRootfs: true,
        OomScoreAdj: 100,
        Init: true,
        Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '80' },
        Ulimits: [{ Name: 'nofile', Soft: 99, Hard: 100 }],
        SecurityOpt: ['no-new-privileges'],
      },
    },
    { name: 'every' },
  ));
  await startAndEnd();
});
afterAll(async () => {
  await rig.containers.remove(id, { force: true, volumes: false });
  await rig[Symbol.asyncDispose]();
  expect(await leaksAfterGrace({ words: [rig.cgroupParent, rig.directory] })).toEqual([]);
  expect(existsSync(rig.directory)).toBe(false);
});

const signal = new AbortController().signal;
async function end(): Promise<void> {
  const exit = rig.containers.wait(id, 'next-exit', { signal, armed: () => undefined });
  await rig.containers.kill(id, 'KILL');
  await exit;
}
async function startAndEnd(): Promise<void> {
  await rig.containers.start(id);
  expect(rig.containers.inspect(id).state).toMatchObject({ status: 'running', error: '' });
  await end();
}

/** Nothing of a start may be there: no process in its groups, no group, no run directory, no link, no mount of the host. */
async function nothingIsLeft(of = id): Promise<void> {
  await expect.poll(() => readdirSync(`${rig.directory}/c`)).toEqual([]);
  await expect.poll(() => groups(of)).toEqual([]);
  await expect.poll(() => readdirSync('/sys/class/net').filter((name) => name.includes(of.slice(0, 7)))).toEqual([]);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(of);
}
function groups(of: string): string[] {
  const roots = readdirSync('/sys/fs/cgroup').map((name) => `/sys/fs/cgroup/${name}${rig.cgroupParent}/${of}`);
  return [...roots, `/sys/fs/cgroup${rig.cgroupParent}/${of}`].filter((path) => existsSync(path));
}

async function failedStart(fault: LauncherFault): Promise<Error> {
  using _armed = armLauncher(rig.launcherDirectory, fault);
  return await rig.containers.start(id).then(
    () => {
      throw new Error(`${JSON.stringify(fault)} did not make the start fail`);
    },
    (error: Error) => error,
  );
}

const describeOp = (op: Op): string => [op.op, ...('target' in op ? [op.target] : 'path' in op ? [op.path] : 'key' in op ? [op.key] : [])].join(' ');

describe('each operation of a start', () => {
  it('is one of all that there are', () => {
    expect([...new Set([...seen.setup, ...seen.final].map(({ op }) => op))].sort()).toEqual(
      expect.arrayContaining(
        (
          'bind bounding capabilities console cwd device domainname exec hostname init mask mount netlink no-new-privs oom-score-adj ' +
          'overlay pivot-root readonly-path readonly-root rlimit seccomp slave-root symlink sysctl umask user'
        ).split(' '),
      ),
    );
  });

  it.each(['setup', 'final'] as const)('of the %s list that fails is named, leaves nothing, and lets the container start afterwards', async (list) => {
    for (const [index, op] of seen[list].entries()) {
      const error = await failedStart({ list, index, action: 'errno', errno: ERRNO });
      expect(error, `${list} ${index}: ${describeOp(op)}`).toMatchObject({ message: expect.stringMatching(/EDQUOT|quota/i) as string });
      const { state } = rig.containers.inspect(id);
      expect(state).toMatchObject({ status: 'exited', pid: 0, error: error.message });
      expect(state.exitCode).toBeGreaterThanOrEqual(126);
      await nothingIsLeft();
      await startAndEnd();
    }
  });

  it.each(['setup', 'final'] as const)('of the %s list during which the child is killed, or its monitor, leaves nothing', async (list) => {
    for (const index of seen[list].keys()) {
      for (const action of ['kill child', 'kill monitor'] as const) {
        const error = await failedStart({ list, index, action });
        expect(error.message, `${list} ${index}: ${action}`).toMatch(/killed|monitor|ended/);
        expect(rig.containers.inspect(id).state).toMatchObject({ status: 'exited', pid: 0, error: error.message });
        await nothingIsLeft();
      }
    }
    await startAndEnd();
  });

  it.each(['setup', 'final'] as const)('of the %s list that hangs is given up by a forced removal', async (list) => {
    for (const index of [0, Math.floor(seen[list].length / 2), seen[list].length - 1]) {
      const hung = await rig.containers.create({ Image: 'busybox', Cmd: ['sleep', '1000'], HostConfig: { NetworkMode: 'none' } }, { name: 'hung' });
      using _armed = armLauncher(rig.launcherDirectory, { list, index: Math.min(index, 8), action: 'hang' });
      const start = rig.containers.start(hung.id).catch((error: Error) => error.message);
      await expect.poll(() => processNamed('slipway-init')).toBe(true);
      await rig.containers.remove(hung.id, { force: true, volumes: false });
      expect(await start).toBe('container is marked for removal and cannot be started');
      await nothingIsLeft(hung.id);
    }
  });
});

/** Whether a child of the launcher of this test waits in a start. */
function processNamed(name: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(rig.cgroupParent)
      );
    } catch {
      return false;
    }
  });
}

describe('each step of the monitor', () => {
  it.each(Object.entries(STEPS))('%s that fails is named and leaves nothing', async (name, index) => {
    const error = await failedStart({ list: 'monitor', index, action: 'errno', errno: ERRNO });
    expect(error).toMatchObject({ details: { step: name, errno: 'EDQUOT' } });
    await nothingIsLeft();
    await failedStart({ list: 'monitor', index, action: 'kill monitor' });
    await nothingIsLeft();
    await startAndEnd();
  });
});

describe('each operation of an exec', () => {
  it('that fails is named, and the container goes on', async () => {
    await rig.containers.start(id);
    const exec = async (): Promise<unknown> => {
      const execId = rig.containers.execCreate(id, {
        ...{ attachStdin: false, attachStdout: true, attachStderr: true, tty: true, cmd: ['true'], env: [], user: '', workingDir: '', privileged: false },
        detachKeys: '',
      });
      await rig.containers.execStart(execId, { attach: false, signal });
      await expect.poll(() => rig.containers.execInspect(execId).running).toBe(false);
      return rig.containers.execInspect(execId).exitCode;
    };
    expect(await exec()).toBe(0);
    for (const [index, op] of seen.exec.entries()) {
      using _armed = armLauncher(rig.launcherDirectory, { list: 'exec', index, action: 'errno', errno: ERRNO });
      await expect(exec(), describeOp(op)).rejects.toThrow(/EDQUOT|quota/i);
    }
    for (const index of seen.exec.keys()) {
      using _armed = armLauncher(rig.launcherDirectory, { list: 'exec', index, action: 'kill child' });
      await expect(exec()).rejects.toThrow(/killed/);
    }
    expect(await exec()).toBe(0);
    expect((await rig.containers.top(id, '')).processes).toHaveLength(2);
    await end();
    await nothingIsLeft();
  });
});

it('no launcher that users have knows of failpoints', () => {
  expect(readFileSync(LAUNCHER_BINARY).includes('failpoint')).toBe(false);
});
