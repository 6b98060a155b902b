import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { CgroupManager } from '../../../sys/cgroups/cgroup-manager.ts';
import { CgroupTrees } from '../../../sys/cgroups/cgroup-trees.ts';
import { createLinuxSyscalls } from '../../../sys/linux-syscalls.ts';
import { checkGroup, eventually } from '../check.ts';
import { Script } from '../script.ts';

const PARENT = '/manager';
const MIB = 2 ** 20;
const STANDARD = { all: false, given: [] };

class Manager implements AsyncDisposable {
  readonly manager = CgroupManager.open(createLinuxSyscalls(), { parent: PARENT });

  /** The text of a file of a container's group. */
  read(id: string, file: string): string {
    return readFileSync(`${this.directory(id)}/${file}`, 'utf8').trim();
  }

  value(id: string, file: string, key: string): number {
    return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(this.read(id, file))?.[1]);
  }

  directory(id: string): string {
    return `/sys/fs/cgroup${PARENT}/${id}`;
  }

  run(id: string, script: string): Script {
    return new Script(this.directory(id), script);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const left = this.manager.list();
    await Promise.all(left.map((id) => this.manager.remove(id)));
    this.manager[Symbol.dispose]();
    assert.equal(existsSync(`/sys/fs/cgroup${PARENT}`), false);
  }
}

export const managerChecks = checkGroup('CgroupManager', () => new Manager(), {
  'finds v2 alone and has no problem with it': ({ manager }) => {
    assert.deepEqual(manager.problems, []);
    assert.deepEqual(manager.hierarchies, [{ name: '', fstype: 'cgroup2', data: '' }]);
    assert.equal(readFileSync('/proc/self/cgroup', 'utf8'), '0::/\n');
  },

  'writes every limit in the units of v2': (guest) => {
    const limits = { memory: 64 * MIB, memorySwap: 96 * MIB, memoryReservation: 32 * MIB, pids: 17, cpuShares: 512, cpuQuota: 50_000, cpuPeriod: 20_000 };
    const all = { ...limits, cpusetCpus: '0', cpusetMems: '0', blkioWeight: 500 };
    assert.deepEqual(guest.manager.warnings(all), []);
    guest.manager.create('limits', all, STANDARD);
    const read = (file: string): string => guest.read('limits', file);
    assert.equal(read('memory.max'), String(64 * MIB));
    assert.equal(read('memory.swap.max'), String(32 * MIB));
    assert.equal(read('memory.low'), String(32 * MIB));
    assert.equal(read('pids.max'), '17');
    assert.equal(read('cpu.weight'), '59');
    assert.equal(read('cpu.max'), '50000 20000');
    assert.equal(read('cpuset.cpus'), '0');
    assert.equal(read('cpuset.mems'), '0');
    assert.equal(read('io.bfq.weight'), 'default 500');
  },

  'changes limits of a living group': async (guest) => {
    guest.manager.create('update', { memory: 64 * MIB, memorySwap: 64 * MIB, pids: 5 }, STANDARD);
    using script = guest.run('update', 'echo ready; exec sleep 1000');
    await script.said();
    guest.manager.update('update', { memory: 128 * MIB, memorySwap: -1, pids: -1, cpuShares: 2048, cpuQuota: -1 });
    const read = (file: string): string => guest.read('update', file);
    assert.equal(read('memory.max'), String(128 * MIB));
    assert.equal(read('memory.swap.max'), 'max');
    assert.equal(read('pids.max'), 'max');
    assert.equal(read('cpu.weight'), '174');
    assert.equal(read('cpu.max'), 'max 100000');
    guest.manager.update('update', { memory: 32 * MIB, memorySwap: 32 * MIB });
    assert.equal(read('memory.max'), String(32 * MIB));
    assert.equal(read('memory.swap.max'), '0');
  },

  'refuses memory below what is used, where the kernel would kill, and changes nothing': async (guest) => {
    guest.manager.create('used', { memory: 64 * MIB, memorySwap: 64 * MIB, cpuShares: 512 }, STANDARD);
    using script = guest.run('used', 'x=$(head -c 6000000 /dev/zero | tr "\\0" x); echo ready; exec sleep 1000');
    await script.said();
    guest.manager.update('used', { memory: 48 * MIB, memorySwap: 48 * MIB });
    assert.throws(
      () => guest.manager.update('used', { cpuShares: 2048, memory: 4096, memorySwap: 4096 }),
      (error) =>
        (error as { kind: string }).kind === 'Conflict' && /^unable to set memory limit to 4096 \(current usage: \d+\)$/.test((error as Error).message),
    );
    assert.equal(guest.read('used', 'memory.max'), String(48 * MIB));
    assert.equal(guest.read('used', 'cpu.weight'), '59');
    assert.equal(guest.value('used', 'memory.events', 'oom_kill'), 0);
  },

  'puts every limit back when the kernel refuses one of an update': (guest) => {
    guest.manager.create('back', { memory: 64 * MIB, memorySwap: 64 * MIB, pids: 5 }, STANDARD);
    assert.throws(() => guest.manager.update('back', { memory: 32 * MIB, memorySwap: 32 * MIB, cpuShares: 512, cpusetCpus: '4000', pids: 9 }));
    assert.deepEqual(
      ['memory.max', 'memory.swap.max', 'cpu.weight', 'cpuset.cpus', 'pids.max'].map((file) => guest.read('back', file)),
      [String(64 * MIB), '0', '100', '', '5'],
    );
  },

  'uses the parent that a user names, and moves no process that is in one already': async () => {
    using trees = CgroupTrees.open(createLinuxSyscalls(), '/trees');
    trees.create('placed', { memory: 64 * MIB }, STANDARD, '/users/own');
    assert.equal(readFileSync('/sys/fs/cgroup/users/own/placed/memory.max', 'utf8'), `${64 * MIB}\n`);
    await trees.remove('placed');
    assert.equal(existsSync('/sys/fs/cgroup/users'), false);
    mkdirSync('/sys/fs/cgroup/users');
    try {
      using script = new Script('/sys/fs/cgroup/users', 'echo ready; exec sleep 1000');
      await script.said();
      const before = readFileSync('/sys/fs/cgroup/users/cgroup.procs', 'utf8');
      assert.notEqual(before, '');
      assert.throws(
        () => trees.create('refused', {}, STANDARD, '/users'),
        /^EngineError: CgroupParent: \/users: the cgroup controllers .* are not handed down/,
      );
      assert.equal(readFileSync('/sys/fs/cgroup/users/cgroup.procs', 'utf8'), before);
      assert.equal(readFileSync('/sys/fs/cgroup/users/cgroup.type', 'utf8'), 'domain\n');
    } finally {
      await eventually('the group is empty', () => readFileSync('/sys/fs/cgroup/users/cgroup.procs', 'utf8') === '');
      rmdirSync('/sys/fs/cgroup/users');
    }
  },

  'leaves nothing behind when the kernel refuses a value, and names it': (guest) => {
    assert.throws(
      () => guest.manager.create('refused', { pids: 5, cpusetCpus: '4000' }, STANDARD),
      (error) => {
        assert.deepEqual({ ...(error as { kind: string; details: object }) }.details, { file: 'cpuset.cpus', value: '4000' });
        return (error as { kind: string }).kind === 'InvalidArgument';
      },
    );
    assert.equal(existsSync(guest.directory('refused')), false);
  },

  'holds a container to its number of processes': async (guest) => {
    guest.manager.create('pids', { pids: 1 }, STANDARD);
    using script = guest.run('pids', '/bin/true; echo made');
    assert.match(await script.output(), /fork/i);
    assert.equal(guest.value('pids', 'pids.events', 'max') > 0, true);
  },

  'holds a container to its memory and kills at the limit': async (guest) => {
    guest.manager.create('memory', { memory: 16 * MIB, memorySwap: 16 * MIB }, STANDARD);
    using script = guest.run('memory', 'exec tail /dev/zero');
    await script.output();
    assert.equal(script.child.signalCode, 'SIGKILL');
    assert.equal(guest.value('memory', 'memory.events', 'oom_kill'), 1);
    assert.equal(guest.manager.stats('memory').memory.maxUsage <= 16 * MIB, true);
  },

  'holds a container to its share of a processor': async (guest) => {
    guest.manager.create('quota', { cpuQuota: 2_000, cpuPeriod: 20_000 }, STANDARD);
    using _script = guest.run('quota', 'while :; do :; done');
    await eventually('ten throttled periods', () => guest.manager.stats('quota').cpu.throttledPeriods >= 10);
    assert.equal(guest.manager.stats('quota').cpu.throttledNs > 0n, true);
    // 2 ms in every 20 ms. An excess is noticed at ticks, late where the emulator itself is held up, and paid back in the periods after it.
    await eventually('no more than its share', () => {
      const { totalNs, periods } = guest.manager.stats('quota').cpu;
      return totalNs <= BigInt(periods) * 4_000_000n;
    });
  },

  'pins a container to its processors': async (guest) => {
    guest.manager.create('cpuset', { cpusetCpus: '1' }, STANDARD);
    using script = guest.run('cpuset', 'grep Cpus_allowed_list /proc/self/status');
    assert.match(await script.output(), /:\s*1$/);
  },

  'lets a container open its devices and no others': async (guest) => {
    const attempt = ': < /dev/null && echo null; (: < /dev/kmsg) 2>/dev/null || echo no kmsg; (: < /dev/vda) 2>/dev/null || echo no disk';
    guest.manager.create('devices', {}, STANDARD);
    using standard = guest.run('devices', attempt);
    assert.equal(await standard.output(), 'null\nno kmsg\nno disk');
    guest.manager.create('given', {}, { all: false, given: [{ type: 'c', major: 1, minor: 11, permissions: 'r' }] });
    using given = guest.run('given', ': < /dev/kmsg && echo kmsg; (: > /dev/kmsg) 2>/dev/null || echo read only; (: < /dev/vda) 2>/dev/null || echo no disk');
    assert.equal(await given.output(), 'kmsg\nread only\nno disk');
    guest.manager.create('all', {}, { all: true, given: [] });
    using all = guest.run('all', ': < /dev/kmsg && : < /dev/vda && echo both');
    assert.equal(await all.output(), 'both');
  },

  'freezes and thaws, and waits for both': async (guest) => {
    guest.manager.create('freeze', {}, STANDARD);
    using script = guest.run('freeze', 'echo ready; while :; do :; done');
    await script.said();
    await guest.manager.freeze('freeze');
    assert.match(guest.read('freeze', 'cgroup.events'), /^frozen 1$/m);
    assert.equal(guest.manager.isFrozen('freeze'), true);
    const before = guest.manager.stats('freeze').cpu.totalNs;
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(guest.manager.stats('freeze').cpu.totalNs, before);
    await guest.manager.thaw('freeze');
    await guest.manager.thaw('freeze');
    assert.match(guest.read('freeze', 'cgroup.events'), /^frozen 0$/m);
    await eventually('it runs again', () => guest.manager.stats('freeze').cpu.totalNs > before);
  },

  'reads processor, memory, process and disk figures': async (guest) => {
    guest.manager.create('stats', { memory: 96 * MIB, pids: 50 }, { all: true, given: [] });
    // The cache of a disk lives as long as somebody has it open.
    const reads = 'dd if=/dev/vda of=/dev/null bs=1M count=4 iflag=direct 2>/dev/null; exec 3< /dev/vda; dd of=/dev/null bs=1M count=8 <&3 2>/dev/null';
    using script = guest.run('stats', `${reads}; echo ready; exec sleep 1000`);
    await script.said();
    const stats = guest.manager.stats('stats');
    assert.equal(stats.cpu.totalNs > 0n && stats.hostCpuNs > stats.cpu.totalNs, true);
    assert.equal(stats.cpu.userNs + stats.cpu.systemNs <= stats.cpu.totalNs + 1000n, true);
    assert.equal(stats.onlineCpus, 2);
    assert.equal(stats.memory.limit, 96 * MIB);
    // The page cache of what was read from the disk is no memory that the container holds.
    assert.equal(stats.memory.inactiveFile >= 8 * MIB, true, `${stats.memory.inactiveFile}`);
    assert.equal(stats.memory.usage - stats.memory.inactiveFile < 4 * MIB, true, `${stats.memory.usage}`);
    assert.deepEqual(stats.pids, { current: 1, limit: 50 });
    const read = stats.blockIo.find(({ op, major }) => op === 'read' && major === 254)?.bytes ?? 0;
    assert.equal(read >= 12 * MIB && read < 16 * MIB, true, `${read}`);
    assert.throws(
      () => guest.manager.stats('none'),
      (error) => (error as { kind: string }).kind === 'NotFound',
    );
  },

  'kills what runs, frozen too and in groups it made itself, and removes the groups': async (guest) => {
    guest.manager.create('busy', {}, STANDARD);
    mkdirSync(`${guest.directory('busy')}/inner`);
    using script = guest.run('busy', '(sleep 1000 & sleep 1000) & echo ready; sleep 1000');
    await script.said();
    writeFileSync(`${guest.directory('busy')}/inner/cgroup.procs`, String(script.pid));
    assert.equal(guest.manager.pids('busy').includes(script.pid), true);
    await guest.manager.freeze('busy');
    await guest.manager.remove('busy');
    assert.equal(existsSync(guest.directory('busy')), false);
    await guest.manager.remove('busy');
  },

  'takes over a group that is left and refuses one in use': async (guest) => {
    guest.manager.create('again', {}, STANDARD);
    using script = guest.run('again', 'echo ready; exec sleep 1000');
    await script.said();
    assert.throws(
      () => guest.manager.create('again', {}, STANDARD),
      (error) => (error as { kind: string }).kind === 'Conflict',
    );
    script.child.kill('SIGKILL');
    await script.output();
    await eventually('the group is empty', () => guest.manager.pids('again').length === 0);
    guest.manager.create('again', { pids: 3 }, STANDARD);
    assert.equal(guest.read('again', 'pids.max'), '3');
  },

  'keeps no descriptor of removed groups': async (guest) => {
    const count = (): number => readdirSync('/proc/self/fd').length;
    const before = count();
    for (let round = 0; round < 5; round++) {
      guest.manager.create('descriptors', { pids: 9 }, STANDARD);
      guest.manager.stats('descriptors');
      await guest.manager.remove('descriptors');
    }
    assert.equal(count(), before);
  },
});
