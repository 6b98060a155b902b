import assert from 'node:assert/strict';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { CgroupManager } from '../../../sys/cgroups/cgroup-manager.ts';
import type { DeviceAccess } from '../../../sys/cgroups/device-rules.ts';
import { createLinuxSyscalls } from '../../../sys/linux-syscalls.ts';
import { checkGroup } from '../check.ts';
import { GuestEngine } from '../engine.ts';
import { BUSYBOX_ARCHIVE } from '../places.ts';
import { Script } from '../script.ts';

const ROOT = '/sys/fs/cgroup';
const SLICE = `${ROOT}/system.slice`;
const SERVICE = `${SLICE}/slipway.service`;
const SESSION = `${ROOT}/user.slice/session.scope`;
const USER = 1000;
const LIMITS = { memory: 2 ** 26, cpuQuota: 50_000, pids: 9, cpusetCpus: '0', blkioWeight: 100 };
const STANDARD = { all: false, given: [] };

/** The groups of a machine that systemd runs, and this process in one of them. */
class Groups implements AsyncDisposable {
  readonly #made: string[] = [];

  constructor() {
    for (const path of [SLICE, SERVICE, `${ROOT}/user.slice`, SESSION]) {
      mkdirSync(path);
      this.#made.push(path);
    }
    for (const path of [ROOT, SLICE, `${ROOT}/user.slice`]) writeFileSync(`${path}/cgroup.subtree_control`, '+cpu +memory +pids +cpuset +io');
  }

  enter(group: string): void {
    writeFileSync(`${group}/cgroup.procs`, String(process.pid));
  }

  /** As systemd marks a group whose inside is its service's own. */
  mark(group: string, name: string): void {
    createLinuxSyscalls().lsetxattr(group, name, Buffer.from('1'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.seteuid?.(0);
    this.enter(ROOT);
    for (const path of this.#made.reverse()) {
      if (existsSync(`${path}/slipway-engine`)) rmdirSync(`${path}/slipway-engine`);
      rmdirSync(path);
    }
    await Promise.resolve();
  }
}

function own(): string {
  return readFileSync('/proc/self/cgroup', 'utf8').trim();
}

function manager(): CgroupManager {
  return CgroupManager.open(createLinuxSyscalls(), { parent: '/containers' });
}

function children(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []));
}

/** A container's group works as it should. */
async function proves(cgroups: CgroupManager, directory: string, devices: DeviceAccess): Promise<void> {
  assert.deepEqual(cgroups.warnings(LIMITS), []);
  const join = cgroups.create('one', LIMITS, devices);
  assert.equal(join.v2Directory, `${directory}/one`);
  assert.equal(readFileSync(`${directory}/one/memory.max`, 'utf8').trim(), String(2 ** 26));
  assert.equal(readFileSync(`${directory}/one/cpu.max`, 'utf8').trim(), '50000 100000');
  using script = new Script(`${directory}/one`, 'echo ready; exec sleep 1000');
  assert.equal((await script.said()).trim(), 'ready');
  await cgroups.freeze('one');
  assert.equal(cgroups.isFrozen('one'), true);
  assert.equal(cgroups.stats('one').pids.limit, 9);
  await cgroups.remove('one');
  assert.equal(existsSync(`${directory}/one`), false);
}

export const delegationChecks = checkGroup('delegation', () => new Groups(), {
  'stays out of a group that was not given to it': async (groups) => {
    groups.enter(SERVICE);
    using cgroups = manager();
    assert.deepEqual(cgroups.problems, []);
    assert.equal(own(), '0::/system.slice/slipway.service');
    assert.deepEqual(children(SERVICE), []);
    await proves(cgroups, `${ROOT}/containers`, STANDARD);
  },

  'moves itself and all beside it to a leaf of the group it was given, and puts containers beside that': async (groups) => {
    groups.mark(SERVICE, 'trusted.delegate');
    groups.enter(SERVICE);
    using neighbour = new Script(SERVICE, 'echo ready; exec sleep 1000');
    await neighbour.said();
    using cgroups = manager();
    assert.deepEqual(cgroups.problems, []);
    assert.equal(own(), '0::/system.slice/slipway.service/slipway-engine');
    assert.equal(readFileSync(`/proc/${neighbour.pid}/cgroup`, 'utf8').trim(), own());
    assert.equal(existsSync(`${ROOT}/containers`), false);
    await proves(cgroups, `${SERVICE}/containers`, STANDARD);
    neighbour.child.kill('SIGKILL');
    await neighbour.output();
  },

  'finds the group again when it is started in the leaf': async (groups) => {
    groups.enter(`${SERVICE}/slipway-engine`);
    using cgroups = manager();
    assert.deepEqual(cgroups.problems, []);
    assert.deepEqual(children(SERVICE).sort(), ['containers', 'slipway-engine']);
    await proves(cgroups, `${SERVICE}/containers`, STANDARD);
  },

  'says what a user without a group of their own cannot limit': (groups) => {
    groups.enter(SESSION);
    process.seteuid?.(USER);
    try {
      using cgroups = manager();
      assert.match(cgroups.problems.join('\n'), /^\/sys\/fs\/cgroup cannot be used: EACCES: permission denied, mkdir/);
      assert.equal(cgroups.warnings(LIMITS).length, Object.keys(LIMITS).length);
      assert.deepEqual(cgroups.create('one', LIMITS, STANDARD), { v1Tasks: [] });
    } finally {
      process.seteuid?.(0);
    }
  },

  'works for a user in a group given to them, but for devices, which it says': async (groups) => {
    groups.mark(SESSION, 'user.delegate');
    for (const file of ['', '/cgroup.procs', '/cgroup.subtree_control', '/cgroup.threads']) chownSync(`${SESSION}${file}`, USER, USER);
    groups.enter(SESSION);
    process.seteuid?.(USER);
    try {
      using cgroups = manager();
      assert.deepEqual(cgroups.problems, []);
      assert.equal(own(), '0::/user.slice/session.scope/slipway-engine');
      await proves(cgroups, `${SESSION}/containers`, { all: true, given: [] });
      assert.throws(() => cgroups.create('two', {}, STANDARD), /this engine cannot restrict devices: bpf: operation not permitted/);
      assert.deepEqual(cgroups.list(), []);
    } finally {
      process.seteuid?.(0);
    }
  },

  'says which controllers a group was given without': (groups) => {
    groups.enter(ROOT);
    for (const group of [SESSION, `${ROOT}/user.slice`]) writeFileSync(`${group}/cgroup.subtree_control`, '-memory -io');
    groups.enter(`${SESSION}/slipway-engine`);
    using cgroups = manager();
    assert.match(cgroups.problems.join('\n'), /^the cgroup controllers memory, io are not handed down to this engine/);
    assert.deepEqual(
      cgroups.warnings(LIMITS).map((warning) => /support (.*)\. /.exec(warning)?.[1]),
      ['memory limits', 'block I/O weights'],
    );
  },
});

export const delegatedEngineChecks = checkGroup(
  'engine as a service',
  async () => {
    const groups = new Groups();
    groups.mark(SERVICE, 'trusted.delegate');
    groups.enter(SERVICE);
    const engine = await GuestEngine.start('/run/service');
    groups.enter(ROOT);
    return {
      engine,
      async [Symbol.asyncDispose]() {
        await engine[Symbol.asyncDispose]();
        await groups[Symbol.asyncDispose]();
      },
    };
  },
  {
    'keeps itself, its launcher and its containers below its own group': async ({ engine }) => {
      await engine.load(BUSYBOX_ARCHIVE);
      const id = await engine.run('cat /proc/self/cgroup; exec sleep 1000', { Memory: 2 ** 26 });
      assert.equal(await engine.said(id, '0::'), '0::/');
      assert.match(await engine.group(id), new RegExp(`^${SERVICE}/slipway-[0-9a-f]{8}/${id}$`));
      assert.equal(await engine.file(id, 'memory.max'), String(2 ** 26));
      assert.equal(readFileSync(`${SERVICE}/slipway-engine/cgroup.procs`, 'utf8').split('\n').includes(String(engine.pid)), true);
      assert.equal(readFileSync(`${SERVICE}/cgroup.procs`, 'utf8'), '');
      assert.equal(await engine.exec(id, 'cat /proc/self/cgroup'), '0::/');
    },
  },
);
