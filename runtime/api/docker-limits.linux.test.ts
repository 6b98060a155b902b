import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const isV2 = existsSync('/sys/fs/cgroup/cgroup.controllers');

const IMAGE = 'demo/busybox:1';
const CGROUP = '/sys/fs/cgroup';
/** A whole disk of this machine: partitions cannot be throttled. */
const disk = existsSync('/sys/block') ? readdirSync('/sys/block').find((name) => /^([svh]d[a-z]|nvme\d+n\d+)$/.test(name)) : undefined;
const numbers = disk === undefined ? '' : readFileSync(`/sys/block/${disk}/dev`, 'latin1').trim();
if (disk === undefined) console.warn('skipped: throttles need a whole disk');

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const run = (options: readonly string[], script: string): Promise<CommandResult> =>
  engine.docker(['run', '--rm', '--network', 'none', ...options, IMAGE, 'sh', '-c', script]);
const containers = async (): Promise<string> => (await engine.docker(['ps', '-aq'])).out + readdirSync(join(engine.root, 'containers')).join();
const create = (HostConfig: object): Promise<{ status: number; json: unknown }> =>
  engine.call('POST', '/containers/create', { Image: IMAGE, Cmd: ['true'], HostConfig });

describe.skipIf(!canRunDocker)('limits by the docker CLI', () => {
  it.each([
    ['Memory', ['--memory', '64m'], 'memory/memory.limit_in_bytes', '67108864', 'memory.max', '67108864'],
    ['MemorySwap unset is twice the memory', ['--memory', '64m'], 'memory/memory.memsw.limit_in_bytes', '134217728', 'memory.swap.max', '67108864'],
    ['MemorySwap', ['--memory', '64m', '--memory-swap', '80m'], 'memory/memory.memsw.limit_in_bytes', '83886080', 'memory.swap.max', '16777216'],
    ['MemorySwap -1', ['--memory', '64m', '--memory-swap', '-1'], 'memory/memory.memsw.limit_in_bytes', '9223372036854771712', 'memory.swap.max', 'max'],
    ['MemoryReservation', ['--memory-reservation', '32m'], 'memory/memory.soft_limit_in_bytes', '33554432', 'memory.low', '33554432'],
    ['NanoCpus', ['--cpus', '0.5'], 'cpu/cpu.cfs_quota_us', '50000', 'cpu.max', '50000 100000'],
    ['CpuQuota', ['--cpu-quota', '20000'], 'cpu/cpu.cfs_quota_us', '20000', 'cpu.max', '20000 100000'],
    ['CpuPeriod', ['--cpu-period', '50000', '--cpu-quota', '20000'], 'cpu/cpu.cfs_period_us', '50000', 'cpu.max', '20000 50000'],
    ['CpuShares', ['--cpu-shares', '512'], 'cpu/cpu.shares', '512', 'cpu.weight', '59'],
    ['PidsLimit', ['--pids-limit', '50'], 'pids/pids.max', '50', 'pids.max', '50'],
    ['PidsLimit -1', ['--pids-limit', '-1'], 'pids/pids.max', 'max', 'pids.max', 'max'],
    ['CpusetCpus', ['--cpuset-cpus', '0'], 'cpuset/cpuset.cpus', '0', 'cpuset.cpus', '0'],
    ['CpusetMems', ['--cpuset-mems', '0'], 'cpuset/cpuset.mems', '0', 'cpuset.mems', '0'],
  ])('%s is in its file', async (_name, options, v1File, v1Value, v2File, v2Value) => {
    const [file, value] = isV2 ? [v2File, v2Value] : [v1File, v1Value];
    expect(await run(options, `cat ${CGROUP}/${file}`)).toEqual({ code: 0, out: `${value}\n`, err: '' });
  });

  it.skipIf(isV2)('MemorySwappiness is in its file', async () => {
    expect((await run(['--memory-swappiness', '7'], `cat ${CGROUP}/memory/memory.swappiness`)).out).toBe('7\n');
  });

  it.skipIf(isV2)('OomKillDisable is in its file, and without Memory a warning', async () => {
    expect(await run(['--oom-kill-disable', '--memory', '64m'], `head -1 ${CGROUP}/memory/memory.oom_control`)).toEqual({
      code: 0,
      out: 'oom_kill_disable 1\n',
      err: '',
    });
    expect((await run(['--oom-kill-disable'], 'true')).err).toContain('OOM killer is disabled for the container, but no memory limit is set');
  });

  it.skipIf(isV2)('KernelMemoryTCP is in its file', async () => {
    const { json } = await engine.call('POST', '/containers/create', {
      Image: IMAGE,
      Cmd: ['cat', `${CGROUP}/memory/memory.kmem.tcp.limit_in_bytes`],
      HostConfig: { NetworkMode: 'none', KernelMemoryTCP: 8_388_608 },
    });
    const { Id } = json as { Id: string };
    expect((await engine.docker(['start', '-a', Id])).out).toBe('8388608\n');
    await engine.docker(['rm', Id]);
  });

  it('KernelMemory is ignored', async () => {
    const { status, json } = await create({ KernelMemory: 1 });
    expect(status).toBe(201);
    await engine.docker(['rm', (json as { Id: string }).Id]);
  });

  it('Memory kills what exceeds it, and OOMKilled says so', async () => {
    const script = 'BEGIN { text = "x"; while (1) text = text text }';
    const ran = await engine.docker(['run', '--name', 'eater', '--network', 'none', '--memory', '16m', IMAGE, 'awk', script]);
    expect(ran.code).toBe(137);
    expect((await engine.call('GET', '/containers/eater/json')).json).toMatchObject({ State: { OOMKilled: true, ExitCode: 137 } });
    const { out } = await engine.docker([
      'events',
      '--since',
      '0',
      '--until',
      (Date.now() / 1000).toFixed(3),
      '--filter',
      'event=oom',
      '--format',
      '{{.Actor.Attributes.name}}',
    ]);
    expect(out).toBe('eater\n');
    await engine.docker(['rm', 'eater']);
  });

  it('PidsLimit stops forks', async () => {
    const { out, err } = await run(['--pids-limit', '5'], 'for n in 1 2 3 4 5 6 7 8; do sleep 100 & done; echo unreachable');
    expect([out, err]).toEqual(['', expect.stringContaining("can't fork")]);
  });

  it('CpusetCpus and CpusetMems bind processes', async () => {
    const { out } = await run(['--cpuset-cpus', '0', '--cpuset-mems', '0'], 'grep -E "^(Cpus|Mems)_allowed_list" /proc/self/status');
    expect(out).toBe('Cpus_allowed_list:\t0\nMems_allowed_list:\t0\n');
  });

  it('NanoCpus slow a loop down', async () => {
    const script = `n=0; while [ $n -lt 200000 ]; do n=$((n+1)); done; cat ${CGROUP}/cpu/cpu.stat ${CGROUP}/cpu.stat 2> /dev/null`;
    const { out } = await run(['--cpus', '0.05'], script);
    expect(Number(/^nr_throttled (\d+)$/m.exec(out)?.[1])).toBeGreaterThan(0);
  });

  it.skipIf(disk === undefined).each([
    ['BlkioDeviceReadBps', '--device-read-bps', '1mb', 'read_bps_device', '1048576', 'rbps=1048576'],
    ['BlkioDeviceWriteBps', '--device-write-bps', '2mb', 'write_bps_device', '2097152', 'wbps=2097152'],
    ['BlkioDeviceReadIOps', '--device-read-iops', '30', 'read_iops_device', '30', 'riops=30'],
    ['BlkioDeviceWriteIOps', '--device-write-iops', '40', 'write_iops_device', '40', 'wiops=40'],
  ])('%s is in its file', async (_name, option, value, v1File, v1Value, v2Value) => {
    const { out, err } = await run([option, `/dev/${disk}:${value}`], isV2 ? `cat ${CGROUP}/io.max` : `cat ${CGROUP}/blkio/blkio.throttle.${v1File}`);
    expect([out, err]).toEqual([expect.stringContaining(isV2 ? v2Value : `${numbers} ${v1Value}\n`), '']);
  });

  it('BlkioWeight is in its file, or discarded with a warning', async () => {
    const files = isV2 ? 'io.bfq.weight io.weight' : 'blkio/blkio.bfq.weight blkio/blkio.weight';
    const { code, out, err } = await run(['--blkio-weight', '300'], `cd ${CGROUP}; cat ${files} 2> /dev/null; true`);
    expect(code).toBe(0);
    const warning = 'WARNING: Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.';
    if (out === '') expect(err).toContain(warning);
    else expect(out).toMatch(/^(default )?(300|2930)$/m);
  });

  it.skipIf(disk === undefined)('BlkioWeightDevice is set, discarded with a warning, or refused where the disk’s scheduler has no weights', async () => {
    const { code, err } = await run(['--blkio-weight-device', `/dev/${disk}:200`], 'true');
    if (code === 0) expect(err === '' || err.includes('WARNING: Your kernel does not support Block I/O weight_device')).toBe(true);
    else expect([code, err]).toEqual([125, expect.stringMatching(new RegExp(`cannot set (blk)?io\\..*weight.* to ${numbers} 200`))]);
  });

  describe('CgroupParent', () => {
    const parent = `/slipway-parent-${process.pid}`;
    const controller = isV2 ? CGROUP : `${CGROUP}/memory`;
    const pidOf = async (name: string): Promise<number> =>
      ((await engine.call('GET', `/containers/${name}/json`)).json as { State: { Pid: number } }).State.Pid;
    const start = (name: string, ...options: string[]): Promise<CommandResult> =>
      engine.docker(['run', '-d', '--name', name, '--network', 'none', '--cgroup-parent', `${parent}/deep`, ...options, IMAGE, 'sleep', '100000']);

    it('CgroupParent holds the container in every hierarchy, and goes with it when it was made for it', async () => {
      const { code, out } = await start('placed', '--memory', '64m');
      expect(code).toBe(0);
      const group = `${parent}/deep/${out.trim()}`;
      const groups = readFileSync(`/proc/${await pidOf('placed')}/cgroup`, 'latin1')
        .trim()
        .split('\n');
      expect(groups.filter((line) => !line.endsWith(`:${group}`))).toEqual([]);
      expect(readFileSync(`${controller}${group}/${isV2 ? 'memory.max' : 'memory.limit_in_bytes'}`, 'latin1')).toBe('67108864\n');
      expect((await engine.docker(['exec', 'placed', 'cat', '/proc/self/cgroup'])).out).toMatch(/:\/\n/);
      expect((await engine.docker(['update', '--memory', '48m', '--memory-swap', '48m', 'placed'])).code).toBe(0);
      expect((await engine.docker(['pause', 'placed'])).code).toBe(0);
      expect((await engine.docker(['unpause', 'placed'])).code).toBe(0);
      expect((await engine.docker(['stats', '--no-stream', '--format', '{{.MemUsage}}', 'placed'])).out).toContain('/ 48MiB');
      await engine.docker(['rm', '-f', 'placed']);
      await expect.poll(() => existsSync(`${controller}${parent}`), { timeout: 20_000 }).toBe(false);
    });

    it('CgroupParent that exists stays, with what others have in it', async () => {
      mkdirSync(`${controller}${parent}/deep/other`, { recursive: true });
      try {
        expect((await start('placed')).code).toBe(0);
        const id = (await engine.docker(['ps', '-q', '--no-trunc'])).out.trim();
        await engine.docker(['rm', '-f', 'placed']);
        await expect.poll(() => existsSync(`${controller}${parent}/deep/${id}`), { timeout: 20_000 }).toBe(false);
        expect(existsSync(`${controller}${parent}/deep/other`)).toBe(true);
      } finally {
        for (const name of ['/deep/other', '/deep', '']) rmdirSync(`${controller}${parent}${name}`);
      }
    });

    it('CgroupParent is found again after the engine was killed', async () => {
      const { out } = await start('placed');
      await engine.docker(['create', '--name', 'resting', '--cgroup-parent', parent, IMAGE]);
      await engine.stop('SIGKILL');
      await engine.start();
      expect((await engine.docker(['exec', 'placed', 'echo', 'inside'])).out).toBe('inside\n');
      expect((await engine.docker(['top', 'placed'])).out).toContain('sleep 100000');
      await engine.docker(['rm', '-f', 'placed', 'resting']);
      await expect.poll(() => existsSync(`${controller}${parent}/deep/${out.trim()}`), { timeout: 20_000 }).toBe(false);
      // The parent was there when this engine came, so it is not the engine's to remove.
      for (const place of readdirSync(CGROUP)
        .filter((name) => existsSync(`${CGROUP}/${name}${parent}`))
        .map((name) => `${CGROUP}/${name}`)) {
        for (const name of ['/deep', '']) rmdirSync(`${place}${parent}${name}`);
      }
    });

    it('CgroupParent that is no group is refused at the start', async () => {
      const { code, err } = await engine.docker(['run', '--rm', '--network', 'none', '--cgroup-parent', '/cgroup.procs', IMAGE, 'true']);
      expect([code, err]).toEqual([125, expect.stringContaining('CgroupParent: ')]);
    });
  });

  it('Limits are shown by inspect', async () => {
    await engine.docker(['create', '--name', 'shown', '--memory', '64m', '--cpus', '1', '--pids-limit', '9', IMAGE]);
    expect((await engine.call('GET', '/containers/shown/json')).json).toMatchObject({
      HostConfig: { Memory: 67_108_864, MemorySwap: 134_217_728, NanoCpus: 1e9, PidsLimit: 9 },
    });
    await engine.docker(['rm', 'shown']);
  });

  it.each([
    ['Memory', { Memory: 1000 }, 'Minimum memory limit allowed is 6MB'],
    ['Memory', { Memory: '64m' }, 'HostConfig.Memory'],
    ['Memory', { Memory: -1 }, 'Minimum memory limit allowed is 6MB'],
    ['Memory', { Memory: 1e300 }, 'HostConfig.Memory'],
    ['MemorySwap', { MemorySwap: 2 ** 30 }, 'You should always set the Memory limit when using Memoryswap limit, see usage'],
    ['MemorySwap', { Memory: 2 ** 26, MemorySwap: 2 ** 25 }, 'Minimum memoryswap limit should be larger than memory limit, see usage'],
    ['MemorySwap', { MemorySwap: -2 }, 'MemorySwap: -2'],
    ['MemoryReservation', { MemoryReservation: 5 }, 'Minimum memory reservation allowed is 6MB'],
    ['MemoryReservation', { Memory: 2 ** 25, MemoryReservation: 2 ** 26 }, 'Minimum memory limit can not be less than memory reservation limit, see usage'],
    ['MemorySwappiness', { MemorySwappiness: 101 }, 'valid memory swappiness range is 0-100'],
    ['KernelMemoryTCP', { KernelMemoryTCP: -1 }, 'KernelMemoryTCP: -1 is negative'],
    ['OomKillDisable', { OomKillDisable: 1 }, 'HostConfig.OomKillDisable'],
    ['NanoCpus', { NanoCpus: 1e12 }, 'Range of CPUs is from 0.01 to'],
    ['NanoCpus', { NanoCpus: 1 }, 'Range of CPUs is from 0.01 to'],
    ['NanoCpus', { NanoCpus: 1e9, CpuPeriod: 1000 }, 'Conflicting options: Nano CPUs and CPU Period cannot both be set'],
    ['NanoCpus', { NanoCpus: 1e9, CpuQuota: 1000 }, 'Conflicting options: Nano CPUs and CPU Quota cannot both be set'],
    ['CpuShares', { CpuShares: 1 }, 'CpuShares: 1 is not in the range'],
    ['CpuPeriod', { CpuPeriod: 999 }, 'CPU cfs period can not be less than 1ms'],
    ['CpuQuota', { CpuQuota: 999 }, 'CPU cfs quota can not be less than 1ms'],
    ['CpuRealtimeRuntime', { CpuRealtimeRuntime: 1000 }, 'CpuRealtimeRuntime'],
    ['CpuRealtimePeriod', { CpuRealtimePeriod: 1000, CpuRealtimeRuntime: 2000 }, 'cpu real-time runtime cannot be higher than cpu real-time period'],
    ['CpusetCpus', { CpusetCpus: 'a' }, 'Invalid value a for cpuset cpus'],
    ['CpusetCpus', { CpusetCpus: '4000' }, 'Requested CPUs are not available - requested 4000, available: '],
    ['CpusetMems', { CpusetMems: '77' }, 'Requested memory nodes are not available - requested 77, available: '],
    ['PidsLimit', { PidsLimit: 1e9 }, 'PidsLimit: 1000000000'],
    ['PidsLimit', { PidsLimit: 1.5 }, 'HostConfig.PidsLimit'],
    ['CgroupParent', { CgroupParent: '/a\nb' }, 'CgroupParent: '],
    ['CgroupParent', { CgroupParent: 7 }, 'HostConfig.CgroupParent'],
    ['BlkioWeight', { BlkioWeight: 5 }, 'Range of blkio weight is from 10 to 1000'],
    ['BlkioWeightDevice', { BlkioWeightDevice: [{ Path: '/dev/null', Weight: 5 }] }, 'Range of blkio weight is from 10 to 1000'],
    ['BlkioDeviceReadBps', { BlkioDeviceReadBps: [{ Path: '/dev/not-here', Rate: 5 }] }, 'stat /dev/not-here: no such file or directory'],
    ['BlkioDeviceReadBps', { BlkioDeviceReadBps: [{ Path: '/dev/null', Rate: 5 }] }, '/dev/null is not a block device'],
    ['BlkioDeviceWriteBps', { BlkioDeviceWriteBps: [{ Path: '/dev/null', Rate: -5 }] }, 'BlkioDeviceWriteBps: invalid rate for device /dev/null'],
    ['BlkioDeviceReadIOps', { BlkioDeviceReadIOps: [{ Path: 'null', Rate: 5 }] }, 'BlkioDeviceReadIOps: bad format for path: null'],
    ['BlkioDeviceWriteIOps', { BlkioDeviceWriteIOps: [{ Rate: 5 }] }, 'HostConfig.BlkioDeviceWriteIOps.0.Path'],
  ])('%s %j is refused and nothing is made', async (_field, hostConfig, text) => {
    const before = await containers();
    const { status, json } = await create(hostConfig);
    expect([status, json]).toEqual([400, { message: expect.stringContaining(text) as string }]);
    expect(await containers()).toBe(before);
  });
});
