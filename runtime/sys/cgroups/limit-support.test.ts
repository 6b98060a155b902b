import { describe, expect, it } from 'vitest';
import { limitSupport } from './limit-support.ts';
import { planLimits } from './limits.ts';

describe('limitSupport', () => {
  it('knows v1 without swap accounting, and v2', () => {
    const v1 = limitSupport((limits) => planLimits(limits, () => ({ version: 1, has: (file) => !file.includes('memsw') })).warnings);
    expect(v1).toMatchObject({ memory: true, swap: false, kernelMemoryTcp: true, oomKillDisable: true, cpuBandwidth: true, pids: true });
    const v2 = limitSupport((limits) => planLimits(limits, (controller) => (controller === 'cpuset' ? undefined : { version: 2, has: () => true })).warnings);
    expect(v2).toMatchObject({ memory: true, swap: true, kernelMemoryTcp: false, oomKillDisable: false, cpuShares: true, cpuset: false });
  });
});
