import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ControllerFiles, planLimits, weightOfShares } from './limits.ts';

/** A host on which every controller lives in `version` and every file exists but `missing`. */
function host(version: 1 | 2, ...missing: string[]): ControllerFiles {
  return () => ({ version, has: (file) => !missing.includes(file) });
}

function written(files: ControllerFiles, limits: Parameters<typeof planLimits>[0]): string[] {
  return planLimits(limits, files).writes.map(({ file, value }) => `${file}=${value}`);
}

const MANY = {
  memory: 1000,
  memorySwap: 3000,
  memoryReservation: 500,
  cpuShares: 1024,
  cpuQuota: 50_000,
  cpuPeriod: 100_000,
  cpusetCpus: '0-1',
  cpusetMems: '0',
  pids: 10,
  blkioWeight: 500,
};

describe('planLimits', () => {
  it('writes nothing without limits', () => {
    expect(planLimits({}, () => undefined)).toEqual({ writes: [], warnings: [] });
  });

  it('uses the v1 files, memory before its sum with swap', () => {
    expect(written(host(1), { ...MANY, memorySwappiness: 0, oomKillDisable: true })).toEqual([
      'memory.limit_in_bytes=1000',
      'memory.memsw.limit_in_bytes=3000',
      'memory.soft_limit_in_bytes=500',
      'memory.swappiness=0',
      'memory.oom_control=1',
      'cpu.shares=1024',
      'cpu.cfs_period_us=100000',
      'cpu.cfs_quota_us=50000',
      'cpuset.cpus=0-1',
      'cpuset.mems=0',
      'pids.max=10',
      'blkio.bfq.weight=500',
    ]);
  });

  it('uses the v2 files', () => {
    expect(written(host(2, 'io.bfq.weight'), MANY)).toEqual([
      'memory.max=1000',
      'memory.swap.max=2000',
      'memory.low=500',
      'cpu.weight=100',
      'cpu.max=50000 100000',
      'cpuset.cpus=0-1',
      'cpuset.mems=0',
      'pids.max=10',
      'io.weight=4950',
    ]);
  });

  it.each([
    [{ memory: 1000, memorySwap: 1000 }, ['memory.max=1000', 'memory.swap.max=0']],
    [{ memory: 1000, memorySwap: -1 }, ['memory.max=1000', 'memory.swap.max=max']],
    [{ cpuQuota: -1 }, ['cpu.max=max 100000']],
    [{ cpuPeriod: 5000 }, ['cpu.max=max 5000']],
    [{ pids: -1 }, ['pids.max=max']],
  ])('says %j in v2', (limits, expected) => {
    expect(written(host(2), limits)).toEqual(expected);
  });

  it('warns of each limit that the host cannot enforce instead of failing', () => {
    const none = planLimits(MANY, () => undefined);
    expect(none.writes).toEqual([]);
    // Swap goes with memory and the quota with its period.
    expect(none.warnings).toHaveLength(Object.keys(MANY).length - 2);
    for (const warning of none.warnings) expect(warning).toMatch(/^Your kernel does not support .* discarded\.$/);
    expect(planLimits({ memory: 1, memorySwap: 2 }, host(1, 'memory.memsw.limit_in_bytes')).warnings).toEqual([
      'Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.',
    ]);
    expect(planLimits({ memorySwappiness: 1, oomKillDisable: true }, host(2)).warnings).toHaveLength(2);
  });

  it('warns when nothing bounds a container whose OOM killer is off', () => {
    expect(planLimits({ oomKillDisable: true }, host(1)).warnings).toEqual([
      expect.stringMatching(/^OOM killer is disabled for the container, but no memory limit/),
    ]);
    expect(planLimits({ oomKillDisable: true, memory: 10 }, host(1)).warnings).toEqual([]);
  });

  const DEVICES = {
    blkioDeviceWeights: [
      { major: 8, minor: 0, weight: 10 },
      { major: 8, minor: 16, weight: 1000 },
    ],
    blkioThrottles: [
      { kind: 'readBps', major: 8, minor: 0, rate: 1000 },
      { kind: 'writeIops', major: 8, minor: 0, rate: 20 },
      { kind: 'readBps', major: 8, minor: 16, rate: 0 },
    ],
  } as const;

  it('limits single devices, one write each', () => {
    expect(written(host(1, 'blkio.bfq.weight_device'), DEVICES)).toEqual([
      'blkio.weight_device=8:0 10',
      'blkio.weight_device=8:16 1000',
      'blkio.throttle.read_bps_device=8:0 1000',
      'blkio.throttle.read_bps_device=8:16 0',
      'blkio.throttle.write_iops_device=8:0 20',
    ]);
    expect(written(host(2, 'io.bfq.weight'), DEVICES)).toEqual([
      'io.weight=8:0 1',
      'io.weight=8:16 10000',
      'io.max=8:0 rbps=1000',
      'io.max=8:16 rbps=max',
      'io.max=8:0 wiops=20',
    ]);
    expect(planLimits(DEVICES, () => undefined).warnings).toEqual([
      'Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.',
      'Your kernel does not support BPS Block I/O read limit or the cgroup is not mounted. Block I/O BPS read limit discarded.',
      'Your kernel does not support IOPS Block write limit or the cgroup is not mounted. Block I/O IOPS write limit discarded.',
    ]);
  });

  it('refuses a sum below its part', () => {
    expect(() => planLimits({ memory: 10, memorySwap: 5 }, host(2))).toThrow(/memorySwap/);
  });
});

describe('weightOfShares', () => {
  it.each([
    [0, 1],
    [2, 1],
    [128, 21],
    [256, 35],
    [512, 59],
    [1024, 100],
    [2048, 174],
    [10_240, 639],
    [262_144, 10_000],
    [1_000_000, 10_000],
  ])('maps %i to %i', (shares, weight) => {
    expect(weightOfShares(shares)).toBe(weight);
  });

  it('never falls and stays in range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 262_144 }), (shares) => {
        const weight = weightOfShares(shares);
        expect(weight).toBeGreaterThanOrEqual(1);
        expect(weight).toBeLessThanOrEqual(10_000);
        expect(weightOfShares(shares + 1)).toBeGreaterThanOrEqual(weight);
      }),
    );
  });
});
