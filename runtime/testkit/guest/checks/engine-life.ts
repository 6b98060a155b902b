import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { eventually } from '../check.ts';
import type { GuestEngine } from '../engine.ts';
import { DEEP_ARCHIVE, DEEP_LAYERS } from '../places.ts';

const MIB = 2 ** 20;
const SMALL = { Memory: 16 * MIB, MemorySwap: 16 * MIB };

interface Stats {
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number }; readonly system_cpu_usage: number; readonly online_cpus: number };
  readonly memory_stats: { readonly usage: number; readonly limit: number; readonly stats: { readonly inactive_file: number } };
  readonly pids_stats: { readonly current: number; readonly limit: number };
  readonly blkio_stats: { readonly io_service_bytes_recursive: readonly { readonly major: number; readonly op: string; readonly value: number }[] | null };
}

export const engineLife: Readonly<Record<string, (engine: GuestEngine, note: (text: string) => void) => Promise<void>>> = {
  'tells that a container was killed at its memory limit': async (engine) => {
    const { id, code } = await engine.ended(await engine.run('exec tail /dev/zero', SMALL));
    assert.equal(code, 137);
    assert.equal((await engine.inspect(id)).State.OOMKilled, true);
    const events = await engine.events(id);
    assert.deepEqual(events.slice(events.indexOf('oom')), ['oom', 'die']);
  },

  'tells at once that a process beside init was killed at the limit, and init goes on': async (engine) => {
    const id = await engine.run('tail /dev/zero; echo survived $?; exec sleep 1000', SMALL);
    await engine.said(id, 'survived 137');
    await eventually('the event oom', async () => (await engine.events(id)).includes('oom'));
    const { State } = await engine.inspect(id);
    assert.equal(State.Status, 'running');
    // The kernel shows the event until its counter is read again: a monitor that did not would spin.
    const before = ticksOf(monitorOf(State.Pid));
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(ticksOf(monitorOf(State.Pid)) - before <= 4, true);
    await engine.remove(id);
  },

  'does not take another kill for one at the limit': async (engine) => {
    const { id, code } = await engine.ended(await engine.run('sh -c "kill -9 \\$\\$"; exit 7', SMALL));
    assert.equal(code, 7);
    assert.equal((await engine.inspect(id)).State.OOMKilled, false);
    assert.equal((await engine.events(id)).includes('oom'), false);
  },

  'changes limits of a running container': async (engine) => {
    const id = await engine.run('exec sleep 1000', { Memory: 64 * MIB, MemorySwap: 64 * MIB });
    const change = { Memory: 96 * MIB, MemorySwap: 128 * MIB, CpuShares: 512, CpuQuota: 25_000, CpusetCpus: '0', PidsLimit: 7, BlkioWeight: 200 };
    await engine.ask(200, 'POST', `/containers/${id}/update`, change);
    const files = { 'memory.max': 96 * MIB, 'memory.swap.max': 32 * MIB, 'cpu.weight': 59, 'cpu.max': '25000 100000', 'cpuset.cpus': 0, 'pids.max': 7 };
    for (const [file, value] of Object.entries(files)) assert.equal(await engine.file(id, file), String(value), file);
    await engine.ask(400, 'POST', `/containers/${id}/update`, { CpusetCpus: '4000' });
    assert.equal(await engine.file(id, 'cpuset.cpus'), '0');
    await engine.remove(id);
  },

  'pauses and unpauses': async (engine) => {
    const id = await engine.run('while :; do :; done');
    await engine.ask(204, 'POST', `/containers/${id}/pause`);
    assert.equal((await engine.inspect(id)).State.Status, 'paused');
    assert.match(await engine.file(id, 'cgroup.events'), /^frozen 1$/m);
    await engine.ask(409, 'POST', `/containers/${id}/pause`);
    const before = await engine.file(id, 'cpu.stat');
    await engine.ask(409, 'POST', `/containers/${id}/exec`, { Cmd: ['true'] });
    assert.equal(/usage_usec (\d+)/.exec(await engine.file(id, 'cpu.stat'))?.[1], /usage_usec (\d+)/.exec(before)?.[1]);
    await engine.ask(204, 'POST', `/containers/${id}/unpause`);
    assert.match(await engine.file(id, 'cgroup.events'), /^frozen 0$/m);
    assert.equal(await engine.exec(id, 'echo awake'), 'awake');
    await engine.remove(id);
  },

  'ends a paused container': async (engine) => {
    const id = await engine.run('exec sleep 1000');
    await engine.ask(204, 'POST', `/containers/${id}/pause`);
    await engine.ask(204, 'POST', `/containers/${id}/kill`);
    assert.equal((await engine.ended(id)).code, 137);
  },

  'reads the figures of a container': async (engine) => {
    const Devices = [{ PathOnHost: '/dev/vda', PathInContainer: '/dev/disk', CgroupPermissions: 'r' }];
    const script = 'exec 3< /dev/disk; dd of=/dev/null bs=1M count=8 <&3 2>/dev/null; echo ready; exec sleep 1000';
    const id = await engine.run(script, { Memory: 96 * MIB, PidsLimit: 9, Devices });
    await engine.said(id, 'ready');
    const stats = (await engine.ask(200, 'GET', `/containers/${id}/stats?stream=0&one-shot=1`)).json as Stats;
    const { cpu_stats: cpu, memory_stats: memory } = stats;
    assert.equal(cpu.cpu_usage.total_usage > 0 && cpu.system_cpu_usage > cpu.cpu_usage.total_usage, true);
    assert.equal(cpu.online_cpus, 2);
    assert.equal(memory.limit, 96 * MIB);
    assert.equal(memory.stats.inactive_file >= 8 * MIB && memory.usage - memory.stats.inactive_file < 8 * MIB, true, JSON.stringify(memory));
    assert.deepEqual(stats.pids_stats, { current: 1, limit: 9 });
    const read = stats.blkio_stats.io_service_bytes_recursive?.find(({ major, op }) => major === 254 && op.toLowerCase() === 'read');
    assert.equal((read?.value ?? 0) >= 8 * MIB, true, JSON.stringify(stats.blkio_stats));
    await engine.remove(id);
  },

  'ends every process of a container with it and takes its group away': async (engine) => {
    const id = await engine.run('for i in 1 2 3; do setsid sleep 1000 & done; (sleep 1000 & sleep 1000) & echo ready; exec sleep 1000');
    await engine.said(id, 'ready');
    const group = await engine.group(id);
    await engine.ask(204, 'POST', `/containers/${id}/kill`);
    await engine.ended(id);
    await eventually('its group is gone', () => !existsSync(group));
  },

  'tells what starts and monitors cost here, which proves nothing': async (engine, note) => {
    const times: number[] = [];
    for (let round = 0; round < 4; round++) {
      const begin = performance.now();
      const id = await engine.run('exec sleep 1000');
      times.push(Math.round(performance.now() - begin));
      if (round === 3)
        note(`guest: memory of a monitor ${memoryOf(monitorOf((await engine.inspect(id)).State.Pid))} kB, of the engine ${memoryOf(engine.pid)} kB (PSS)`);
      await engine.remove(id);
    }
    note(`guest: create and start, emulated: ${times.join(', ')} ms`);
  },

  [`starts an image of ${DEEP_LAYERS} layers`]: async (engine) => {
    await engine.load(DEEP_ARCHIVE);
    const { output } = await engine.ended(await engine.run('cat /top; echo; ls / | grep -c layer-; echo new > /top; cat /top', {}, 'deep'));
    assert.equal(output, `${DEEP_LAYERS - 1}\n${DEEP_LAYERS - 1}\nnew`);
  },

  'takes running and paused containers over after a crash, and notices the end of both': async (engine) => {
    const running = await engine.run('while ! [ -e /go ]; do sleep 1; done; exec tail /dev/zero', SMALL);
    const paused = await engine.run('exec sleep 1000');
    await engine.ask(204, 'POST', `/containers/${paused}/pause`);
    await engine.restart();
    assert.equal((await engine.inspect(running)).State.Status, 'running');
    assert.equal((await engine.inspect(paused)).State.Status, 'paused');
    await engine.ask(204, 'POST', `/containers/${paused}/unpause`);
    assert.equal(await engine.exec(paused, 'cat /proc/self/cgroup'), '0::/');
    await engine.exec(running, 'touch /go');
    assert.equal((await engine.ended(running)).code, 137);
    assert.equal((await engine.inspect(running)).State.OOMKilled, true);
    await engine.remove(paused);
  },
};

/** The parent of a container's init. */
function monitorOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Processor time in hundredths of a second; proc_pid_stat(5). */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** Proportional set size in kB; proc_pid_smaps(5). */
function memoryOf(pid: number): string {
  return /^Pss:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? '?';
}
