import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type GuestEngine, groupOf } from '../engine.ts';
import { BUSYBOX_ARCHIVE } from '../places.ts';
import { SERVICE } from '../systemd-groups.ts';

const MIB = 2 ** 20;

export const engineLimits: Readonly<Record<string, (engine: GuestEngine) => Promise<void>>> = {
  'says that it works by v2, without a warning': async (engine) => {
    const info = (await engine.ask(200, 'GET', '/info')).json as Record<string, unknown>;
    assert.equal(info['CgroupVersion'], '2');
    assert.equal(info['CgroupDriver'], 'cgroupfs');
    assert.deepEqual(info['Warnings'] ?? [], []);
  },

  'keeps itself and its launcher in a leaf of its group': (engine) => {
    const pids = readFileSync(`${SERVICE}/slipway-engine/cgroup.procs`, 'utf8').trim().split('\n');
    assert.equal(pids.includes(String(engine.pid)) && pids.length >= 2, true, pids.join(' '));
    assert.equal(readFileSync(`${SERVICE}/cgroup.procs`, 'utf8'), '');
    return Promise.resolve();
  },

  'loads an image': async (engine) => {
    await engine.load(BUSYBOX_ARCHIVE);
  },

  'gives a container the limits it asks for': async (engine) => {
    const limits = {
      Memory: 64 * MIB,
      MemorySwap: 96 * MIB,
      MemoryReservation: 16 * MIB,
      CpuShares: 2048,
      NanoCpus: 5e8,
      CpusetCpus: '1',
      PidsLimit: 20,
      BlkioWeight: 300,
    };
    const id = await engine.run('exec sleep 1000', limits);
    const read = (name: string): Promise<string> => engine.file(id, name);
    assert.equal(await read('memory.max'), String(64 * MIB));
    assert.equal(await read('memory.swap.max'), String(32 * MIB));
    assert.equal(await read('memory.low'), String(16 * MIB));
    assert.equal(await read('cpu.weight'), '174');
    assert.equal(await read('cpu.max'), '50000 100000');
    assert.equal(await read('cpuset.cpus'), '1');
    assert.equal(await read('pids.max'), '20');
    assert.equal(await read('io.bfq.weight'), 'default 300');
    await engine.remove(id);
  },

  'shows a container its own group alone, which it cannot change': async (engine) => {
    const script = 'cat /proc/self/cgroup; cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cgroup.procs; mkdir /sys/fs/cgroup/x; echo 1 > /sys/fs/cgroup/pids.max';
    const { output } = await engine.ended(await engine.run(script, { Memory: 64 * MIB }));
    assert.match(output, /^0::\/\n67108864\n1\n\d+\nmkdir: .*Read-only file system\n.*Read-only file system$/);
  },

  'gives a privileged container its group to change, and removes what it has made': async (engine) => {
    const id = await engine.run('mkdir /sys/fs/cgroup/inner && echo 0 > /sys/fs/cgroup/inner/cgroup.procs && cat /proc/self/cgroup; exec sleep 1000', {
      Privileged: true,
    });
    assert.equal(await engine.said(id, 'inner'), '0::/inner');
    await engine.remove(id);
  },

  'starts init and execs inside of the group': async (engine) => {
    const id = await engine.run('exec sleep 1000');
    const group = await engine.group(id);
    assert.match(group, new RegExp(`^${SERVICE}/slipway-[0-9a-f]{8}/${id}$`));
    assert.equal(await engine.exec(id, 'cat /proc/self/cgroup'), '0::/');
    const { Id } = (await engine.ask(201, 'POST', `/containers/${id}/exec`, { Cmd: ['sleep', '1000'] })).json as { Id: string };
    await engine.ask(200, 'POST', `/exec/${Id}/start`, { Detach: true });
    const { Pid } = (await engine.ask(200, 'GET', `/exec/${Id}/json`)).json as { Pid: number };
    assert.equal(groupOf(Pid), group);
    assert.deepEqual(readFileSync(`${group}/cgroup.procs`, 'utf8').trim().split('\n').map(Number).includes(Pid), true);
    await engine.remove(id);
  },

  'lets a container open its devices and no others': async (engine) => {
    const open = (devices: string): string => `for d in ${devices}; do (: < $d) 2>/dev/null && echo r $d; (: > $d) 2>/dev/null && echo w $d; done`;
    const without = await engine.ended(await engine.run(`mknod /tmp/disk b 254 0; mknod /tmp/kmsg c 1 11; ${open('/dev/null /tmp/disk /tmp/kmsg')}`));
    assert.equal(without.output, 'r /dev/null\nw /dev/null');
    const Devices = [{ PathOnHost: '/dev/vda', PathInContainer: '/dev/disk', CgroupPermissions: 'r' }];
    const given = await engine.ended(await engine.run(`mknod /tmp/kmsg c 1 11; ${open('/dev/null /dev/disk /tmp/kmsg')}`, { Devices }));
    assert.equal(given.output, 'r /dev/null\nw /dev/null\nr /dev/disk');
  },

  'holds a container to its rate of reading a disk': async (engine) => {
    const BlkioDeviceReadBps = [{ Path: '/dev/vda', Rate: 2 * MIB }];
    const Devices = [{ PathOnHost: '/dev/vda', PathInContainer: '/dev/disk', CgroupPermissions: 'r' }];
    const id = await engine.run('dd if=/dev/disk of=/dev/null bs=1M count=4 iflag=direct 2>/dev/null; echo ready; exec sleep 1000', {
      BlkioDeviceReadBps,
      Devices,
    });
    const begin = performance.now();
    assert.equal(await engine.file(id, 'io.max'), `254:0 rbps=${2 * MIB} wbps=max riops=max wiops=max`);
    await engine.said(id, 'ready');
    // 4 MiB take two seconds; the start itself took some of them.
    assert.equal(performance.now() - begin > 500, true);
    await engine.remove(id);
  },

  'holds a container to PidsLimit': async (engine) => {
    const { output } = await engine.ended(await engine.run('for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; echo all', { PidsLimit: 5 }));
    assert.match(output, /can't fork/);
    assert.doesNotMatch(output, /all/);
  },
};
