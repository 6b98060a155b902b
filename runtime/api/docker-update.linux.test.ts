import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { weightOfShares } from '../sys/cgroups/limits.ts';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const isV2 = existsSync('/sys/fs/cgroup/cgroup.controllers');

const IMAGE = 'demo/busybox:1';
const CGROUP = '/sys/fs/cgroup';
const MEMORY = isV2 ? 'memory.max' : 'memory/memory.limit_in_bytes';
const SHARES = isV2 ? 'cpu.weight' : 'cpu/cpu.shares';

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  await start('one', '--memory', '64m', '--cpu-shares', '512', '--pids-limit', '30');
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

async function start(name: string, ...options: string[]): Promise<void> {
  const { code, err } = await engine.docker(['run', '-d', '--name', name, '--network', 'none', ...options, IMAGE, 'sleep', '100000']);
  expect([code, err]).toEqual([0, '']);
}
const inside = async (name: string, file: string): Promise<string> => {
  const { out, err } = await engine.docker(['exec', name, 'cat', `${CGROUP}/${file}`]);
  return (out + err).trim();
};
const hostConfig = async (name: string): Promise<Record<string, unknown>> =>
  ((await engine.call('GET', `/containers/${name}/json`)).json as { HostConfig: Record<string, unknown> }).HostConfig;
const update = (name: string, body: unknown): Promise<{ status: number; json: unknown }> => engine.call('POST', `/containers/${name}/update`, body);

describe.skipIf(!canRunDocker)('docker update', () => {
  it.each([
    ['MemoryReservation', ['--memory-reservation', '32m'], 'memory/memory.soft_limit_in_bytes', '33554432', 'memory.low', '33554432'],
    ['CpuShares', ['--cpu-shares', '1024'], 'cpu/cpu.shares', '1024', 'cpu.weight', '100'],
    ['CpuQuota', ['--cpu-quota', '40000'], 'cpu/cpu.cfs_quota_us', '40000', 'cpu.max', '40000 100000'],
    ['CpuPeriod', ['--cpu-period', '50000'], 'cpu/cpu.cfs_period_us', '50000', 'cpu.max', '40000 50000'],
    ['CpuQuota -1', ['--cpu-quota', '-1'], 'cpu/cpu.cfs_quota_us', '-1', 'cpu.max', 'max 50000'],
    ['CpusetCpus', ['--cpuset-cpus', '0'], 'cpuset/cpuset.cpus', '0', 'cpuset.cpus', '0'],
    ['CpusetMems', ['--cpuset-mems', '0'], 'cpuset/cpuset.mems', '0', 'cpuset.mems', '0'],
    ['PidsLimit', ['--pids-limit', '40'], 'pids/pids.max', '40', 'pids.max', '40'],
    ['PidsLimit -1', ['--pids-limit', '-1'], 'pids/pids.max', 'max', 'pids.max', 'max'],
  ])('%s changes while it runs', async (_name, options, v1File, v1Value, v2File, v2Value) => {
    expect(await engine.docker(['update', ...options, 'one'])).toEqual({ code: 0, out: 'one\n', err: '' });
    expect(await inside('one', isV2 ? v2File : v1File)).toBe(isV2 ? v2Value : v1Value);
  });

  it.each([
    ['falls', '32m', '48m', '33554432', '50331648', '16777216'],
    ['rises above the sum that was set', '128m', '256m', '134217728', '268435456', '134217728'],
    ['gets unlimited swap', '96m', '-1', '100663296', '9223372036854771712', 'max'],
    ['gets limited swap again', '96m', '96m', '100663296', '100663296', '0'],
  ])('Memory with MemorySwap %s while it runs', async (_how, memory, swap, bytes, v1Swap, v2Swap) => {
    expect((await engine.docker(['update', '--memory', memory, '--memory-swap', swap, 'one'])).code).toBe(0);
    expect(await inside('one', MEMORY)).toBe(bytes);
    expect(await inside('one', isV2 ? 'memory.swap.max' : 'memory/memory.memsw.limit_in_bytes')).toBe(isV2 ? v2Swap : v1Swap);
    const stats = (await engine.call('GET', '/containers/one/stats?stream=0')).json as { memory_stats: { limit: number } };
    expect(stats.memory_stats.limit).toBe(Number(bytes));
  });

  it('NanoCpus change while it runs', async () => {
    await start('nano', '--cpus', '0.5');
    await engine.docker(['update', '--cpus', '0.25', 'nano']);
    expect(await inside('nano', isV2 ? 'cpu.max' : 'cpu/cpu.cfs_quota_us')).toBe(isV2 ? '25000 100000' : '25000');
    expect((await engine.docker(['update', '--cpu-quota', '5000', 'nano'])).err).toContain('CPU Quota cannot be updated as NanoCPUs has already been set');
    expect(await hostConfig('nano')).toMatchObject({ NanoCpus: 250_000_000, CpuQuota: 0 });
    await engine.docker(['rm', '-f', 'nano']);
  });

  it('BlkioWeight changes while it runs, or is discarded with a warning', async () => {
    const { code, err } = await engine.docker(['update', '--blkio-weight', '300', 'one']);
    expect(code).toBe(0);
    const files = isV2 ? ['io.bfq.weight', 'io.weight'] : ['blkio/blkio.bfq.weight', 'blkio/blkio.weight'];
    const found = await Promise.all(files.map((file) => inside('one', file)));
    if (found.every((text) => text.includes('No such file'))) expect(err).toContain('Your kernel does not support Block I/O weight');
    else expect(found.join(' ')).toMatch(/300|2930/);
  });

  it('PidsLimit stops the next fork', async () => {
    await start('forks');
    await engine.docker(['update', '--pids-limit', '5', 'forks']);
    const script = 'for n in 1 2 3 4 5 6; do sleep 1 & done; echo unreachable';
    expect((await engine.docker(['exec', 'forks', 'sh', '-c', script])).err).toContain("can't fork");
    await engine.docker(['update', '--pids-limit', '-1', 'forks']);
    expect((await engine.docker(['exec', 'forks', 'sh', '-c', 'for n in 1 2 3 4 5 6; do sleep 0 & done; wait; echo forked'])).out).toBe('forked\n');
    await engine.docker(['rm', '-f', 'forks']);
  });

  it('Memory below what is used is refused and nothing at all changes', async () => {
    await start('full', '--memory', '128m', '--memory-swap', '128m', '--cpu-shares', '512');
    await engine.docker(['exec', 'full', 'dd', 'if=/dev/zero', 'of=/dev/shm/x', 'bs=1M', 'count=50']);
    const before = await hostConfig('full');
    const { code, err } = await engine.docker(['update', '--cpu-shares', '2048', '--memory', '16m', '--memory-swap', '16m', 'full']);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/Cannot update container [0-9a-f]{64}: unable to set memory limit to 16777216 \(current usage: \d+\)/),
    ]);
    expect(await hostConfig('full')).toEqual(before);
    expect([await inside('full', MEMORY), await inside('full', SHARES)]).toEqual(['134217728', isV2 ? '59' : '512']);
    await engine.docker(['rm', '-f', 'full']);
  });

  it('a value that the kernel refuses leaves the ones before it as they were', async () => {
    await start('half', '--memory', '64m');
    const { status, json } = await update('half', { CpuShares: 2048, Memory: 2 ** 25, MemorySwap: 2 ** 25, CpuPeriod: 1000, CpuQuota: 2 ** 52 });
    expect([status, json]).toEqual([400, { message: expect.stringContaining('cannot set cpu.') as string }]);
    expect([await inside('half', MEMORY), await inside('half', SHARES)]).toEqual(['67108864', isV2 ? '100' : '1024']);
    expect(await hostConfig('half')).toMatchObject({ Memory: 2 ** 26, CpuShares: 0, CpuPeriod: 0, CpuQuota: 0 });
    await engine.docker(['rm', '-f', 'half']);
  });

  it('answers Warnings, and names there what it cannot change', async () => {
    expect((await update('one', { CpuShares: 700 })).json).toEqual({ Warnings: [] });
    expect((await update('one', {})).json).toEqual({ Warnings: [] });
    expect((await update('one', { OomKillDisable: true })).json).toEqual({ Warnings: ['OomKillDisable was ignored: it cannot be changed by an update.'] });
  });

  it('works on paused containers', async () => {
    await start('paused');
    await engine.docker(['pause', 'paused']);
    expect((await engine.docker(['update', '--memory', '64m', 'paused'])).code).toBe(0);
    await engine.docker(['unpause', 'paused']);
    expect(await inside('paused', MEMORY)).toBe('67108864');
    await engine.docker(['rm', '-f', 'paused']);
  });

  it('works on stopped containers and holds from the next start on', async () => {
    await engine.docker(['create', '--name', 'stopped', '--network', 'none', IMAGE, 'sleep', '100000']);
    expect((await engine.docker(['update', '--memory', '64m', 'stopped'])).code).toBe(0);
    expect(await hostConfig('stopped')).toMatchObject({ Memory: 67_108_864, MemorySwap: 134_217_728 });
    await engine.docker(['start', 'stopped']);
    expect(await inside('stopped', MEMORY)).toBe('67108864');
    await engine.docker(['rm', '-f', 'stopped']);
  });

  it('changes several containers by one command', async () => {
    await start('left');
    await start('right');
    expect((await engine.docker(['update', '--cpu-shares', '300', 'left', 'right'])).out).toBe('left\nright\n');
    expect([(await hostConfig('left'))['CpuShares'], (await hostConfig('right'))['CpuShares']]).toEqual([300, 300]);
    await engine.docker(['rm', '-f', 'left', 'right']);
  });

  it('agrees with what is stored after updates and restarts at the same time', async () => {
    await start('raced');
    const updates = Array.from({ length: 20 }, (_, at) => update('raced', { CpuShares: 100 + at, PidsLimit: 50 + at }));
    const restarts = [engine.docker(['restart', '-t', '0', 'raced']), engine.docker(['restart', '-t', '0', 'raced'])];
    expect((await Promise.all(updates)).map(({ status }) => status)).toEqual(new Array(20).fill(200));
    expect((await Promise.all(restarts)).map(({ code }) => code)).toEqual([0, 0]);
    const { CpuShares, PidsLimit } = await hostConfig('raced');
    expect(await inside('raced', SHARES)).toBe(String(isV2 ? weightOfShares(Number(CpuShares)) : CpuShares));
    expect(await inside('raced', isV2 ? 'pids.max' : 'pids/pids.max')).toBe(String(PidsLimit));
    await engine.docker(['rm', '-f', 'raced']);
  });

  it('RestartPolicy holds at once', async () => {
    await engine.docker(['run', '-d', '--name', 'again', '--network', 'none', IMAGE, 'sh', '-c', 'while [ ! -e /end ]; do sleep 0.05; done; rm /end']);
    const restarts = async (): Promise<number> => ((await engine.call('GET', '/containers/again/json')).json as { RestartCount: number }).RestartCount;
    expect((await engine.docker(['update', '--restart', 'always', 'again'])).code).toBe(0);
    await engine.docker(['exec', 'again', 'touch', '/end']);
    await expect.poll(restarts, { timeout: 30_000 }).toBe(1);
    expect((await engine.docker(['update', '--restart', 'no', 'again'])).code).toBe(0);
    await expect.poll(async () => (await engine.docker(['exec', 'again', 'touch', '/end'])).code, { timeout: 30_000 }).toBe(0);
    expect((await engine.docker(['wait', 'again'])).out).toBe('0\n');
    expect([await restarts(), (await hostConfig('again'))['RestartPolicy']]).toEqual([1, { Name: 'no', MaximumRetryCount: 0 }]);
    await engine.docker(['rm', '-f', 'again']);
  });

  it('RestartPolicy is refused with AutoRemove', async () => {
    await start('brief', '--rm');
    expect((await engine.docker(['update', '--restart', 'always', 'brief'])).err).toMatch(
      /Cannot update container [0-9a-f]{64}: Restart policy cannot be updated because AutoRemove is enabled for the container/,
    );
    await engine.docker(['rm', '-f', 'brief']);
  });

  it('is an event, and outlives the engine', async () => {
    await engine.docker(['update', '--memory', '80m', '--memory-swap', '80m', 'one']);
    const { out } = await engine.docker([
      'events',
      '--since',
      '0',
      '--until',
      (Date.now() / 1000).toFixed(3),
      '--filter',
      'event=update',
      '--format',
      '{{.Actor.Attributes.name}}',
    ]);
    expect(out.trim().split('\n').at(-1)).toBe('one');
    await engine.stop('SIGKILL');
    await engine.start();
    expect(await hostConfig('one')).toMatchObject({ Memory: 83_886_080, MemorySwap: 83_886_080, CpuShares: 700 });
    expect(await inside('one', MEMORY)).toBe('83886080');
  });

  it('of a container that is not there is 404', async () => {
    expect(await update('nobody', { Memory: 2 ** 26 })).toMatchObject({ status: 404, json: { message: 'No such container: nobody' } });
  });

  it.each([
    ['Memory', { Memory: 5 }, 400, 'Minimum memory limit allowed is 6MB'],
    ['Memory', { Memory: '64m' }, 400, 'Memory: '],
    ['Memory', { Memory: 2 ** 30 }, 409, 'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time'],
    ['MemorySwap', { MemorySwap: 2 ** 23 }, 400, 'Minimum memoryswap limit should be larger than memory limit, see usage'],
    ['MemoryReservation', { MemoryReservation: 2 ** 40 }, 400, 'Minimum memory limit can not be less than memory reservation limit, see usage'],
    ['NanoCpus', { NanoCpus: 1e13 }, 400, 'Range of CPUs is from 0.01 to'],
    ['NanoCpus', { NanoCpus: 1e9 }, 409, 'Nano CPUs cannot be updated as CPU Period has already been set'],
    ['CpuShares', { CpuShares: 1 }, 400, 'CpuShares: 1 is not in the range'],
    ['CpuPeriod', { CpuPeriod: 1 }, 400, 'CPU cfs period can not be less than 1ms'],
    ['CpuQuota', { CpuQuota: 1 }, 400, 'CPU cfs quota can not be less than 1ms'],
    ['CpuRealtimePeriod', { CpuRealtimePeriod: 1000 }, 400, 'CpuRealtimePeriod'],
    ['CpusetCpus', { CpusetCpus: '4000' }, 400, 'Requested CPUs are not available - requested 4000'],
    ['CpusetMems', { CpusetMems: 'x' }, 400, 'Invalid value x for cpuset mems'],
    ['PidsLimit', { PidsLimit: 1e9 }, 400, 'PidsLimit: 1000000000'],
    ['BlkioWeight', { BlkioWeight: 1001 }, 400, 'Range of blkio weight is from 10 to 1000'],
    ['RestartPolicy', { RestartPolicy: { Name: 'often' } }, 400, "unknown policy 'often'"],
    ['RestartPolicy', { RestartPolicy: 'always' }, 400, 'RestartPolicy: '],
    ['RestartPolicy', { RestartPolicy: { Name: 'always', MaximumRetryCount: 2 } }, 400, 'maximum retry count'],
  ])('%s %j is refused and nothing changes', async (_field, body, code, text) => {
    const before = await hostConfig('one');
    const { status, json } = await update('one', body);
    expect([status, json]).toEqual([code, { message: expect.stringContaining(text) as string }]);
    expect(await hostConfig('one')).toEqual(before);
  });
});
