import { describe, expect, it } from 'vitest';
import { ignoredFields, mergeUpdate } from './merge-update.ts';

describe('mergeUpdate', () => {
  it('changes what is given and not zero or empty', () => {
    const current = { Memory: 10, CpuShares: 5, CpusetCpus: '0', PidsLimit: 7, Binds: ['/a:/b'] };
    expect(mergeUpdate(current, { Memory: 0, CpuShares: 9, CpusetCpus: '', NanoCpus: null, BlkioWeight: 100 })).toEqual({
      ...current,
      CpuShares: 9,
      BlkioWeight: 100,
    });
  });

  it('takes any given limit of processes, since 0 and -1 mean none', () => {
    expect(mergeUpdate({ PidsLimit: 7 }, { PidsLimit: 0 })).toEqual({ PidsLimit: 0 });
    expect(mergeUpdate({ PidsLimit: 7 }, { PidsLimit: null })).toEqual({ PidsLimit: 7 });
  });

  it('changes the restart policy as a whole', () => {
    const current = { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } };
    expect(mergeUpdate(current, { RestartPolicy: { Name: 'always' } })).toEqual({ RestartPolicy: { Name: 'always' } });
    expect(mergeUpdate(current, { RestartPolicy: { Name: '' } })).toEqual(current);
    expect(mergeUpdate({ AutoRemove: true }, { RestartPolicy: { Name: 'no' } })).toMatchObject({ RestartPolicy: { Name: 'no' } });
  });

  it.each([
    [{ CpuPeriod: 1000 }, { NanoCpus: 1e9 }, 'Nano CPUs cannot be updated as CPU Period has already been set'],
    [{ CpuQuota: 1000 }, { NanoCpus: 1e9 }, 'Nano CPUs cannot be updated as CPU Quota has already been set'],
    [{ NanoCpus: 1e9 }, { CpuPeriod: 1000 }, 'CPU Period cannot be updated as NanoCPUs has already been set'],
    [{ NanoCpus: 1e9 }, { CpuQuota: 1000 }, 'CPU Quota cannot be updated as NanoCPUs has already been set'],
    [
      { Memory: 10, MemorySwap: 20 },
      { Memory: 30 },
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    ],
    [{ AutoRemove: true }, { RestartPolicy: { Name: 'always' } }, 'Restart policy cannot be updated because AutoRemove is enabled for the container'],
  ])('refuses, for %j, %j', (current, update, text) => {
    expect(() => mergeUpdate(current, update)).toThrow(expect.objectContaining({ kind: 'Conflict', message: expect.stringContaining(text) as string }));
  });

  it('lets memory rise where swap is not limited', () => {
    expect(mergeUpdate({ Memory: 10, MemorySwap: -1 }, { Memory: 30 })).toEqual({ Memory: 30, MemorySwap: -1 });
    expect(mergeUpdate({}, { Memory: 30 })).toEqual({ Memory: 30 });
  });
});

describe('ignoredFields', () => {
  it('names what was given and cannot change', () => {
    expect(ignoredFields({ OomKillDisable: true, Devices: [{ PathOnHost: '/dev/null' }], Memory: 5 })).toEqual([
      'OomKillDisable was ignored: it cannot be changed by an update.',
      'Devices was ignored: it cannot be changed by an update.',
    ]);
    expect(ignoredFields({ OomKillDisable: false, Devices: [], Ulimits: null, CgroupParent: '', MemorySwappiness: 0 })).toEqual([]);
  });
});
