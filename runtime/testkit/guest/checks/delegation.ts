import assert from 'node:assert/strict';
import { chownSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { CgroupManager } from '../../../sys/cgroups/cgroup-manager.ts';
import type { DeviceAccess } from '../../../sys/cgroups/device-rules.ts';
import { createLinuxSyscalls } from '../../../sys/linux-syscalls.ts';
import { checkGroup } from '../check.ts';
import { Script } from '../script.ts';
import { ROOT, SERVICE, SESSION, SystemdGroups } from '../systemd-groups.ts';

const USER = 1000;
const LIMITS = { memory: 2 ** 26, cpuQuota: 50_000, pids: 9, cpusetCpus: '0', blkioWeight: 100 };
const STANDARD = { all: false, given: [] };

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

export const delegationChecks = checkGroup('delegation', () => new SystemdGroups(), {
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
      ['memory limit capabilities or the cgroup is not mounted', 'Block I/O weight or the cgroup is not mounted'],
    );
  },
});
