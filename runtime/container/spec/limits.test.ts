import { describe, expect, it } from 'vitest';
import { limitsOf } from './limits.ts';
import { rlimitsOf } from './rlimits.ts';
import { securityOptionsOf } from './security.ts';
import { sysctlsOf } from './sysctls.ts';

describe('limitsOf', () => {
  it('limits nothing by default', () => {
    expect(limitsOf({ PidsLimit: 0, MemorySwappiness: -1, CpuShares: 0 }, { cpus: 2 })).toEqual({});
  });

  it('doubles memory for unset swap and turns cpus into a quota', () => {
    expect(limitsOf({ Memory: 2 ** 26, NanoCpus: 1.5e9, PidsLimit: 100, CpusetCpus: '0-1' }, { cpus: 2 })).toEqual({
      memory: 2 ** 26,
      memorySwap: 2 ** 27,
      cpuQuota: 150_000,
      cpuPeriod: 100_000,
      pids: 100,
      cpusetCpus: '0-1',
    });
    expect(limitsOf({ Memory: 2 ** 26, MemorySwap: -1 }, { cpus: 2 }).memorySwap).toBe(-1);
  });

  it.each([
    [{ Memory: 1000 }, 'Minimum memory limit allowed is 6MB'],
    [{ MemorySwap: 2 ** 30 }, 'You should always set the Memory limit when using Memoryswap limit, see usage'],
    [{ Memory: 2 ** 30, MemorySwap: 2 ** 29 }, 'Minimum memoryswap limit should be larger than memory limit, see usage'],
    [{ NanoCpus: 3e9 }, 'Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available'],
    [{ NanoCpus: 1e9, CpuQuota: 1000 }, 'Conflicting options: Nano CPUs and CPU Quota cannot both be set'],
    [{ CpuPeriod: 10 }, 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)'],
    [{ NanoCpus: 1e9, CpuPeriod: 1000 }, 'Conflicting options: Nano CPUs and CPU Period cannot both be set'],
    [{ NanoCpus: 1000 }, 'Range of CPUs is from 0.01 to 2.00'],
    [{ CpuQuota: 10 }, 'CPU cfs quota can not be less than 1ms (i.e. 1000)'],
    [{ CpuQuota: -2 }, 'CpuQuota: -2'],
    [{ CpuShares: -1 }, 'CpuShares: -1 is not in the range from 2 to 262144'],
    [{ CpuRealtimeRuntime: 1000 }, 'CpuRealtimeRuntime: this engine does not support the CPU real-time scheduler'],
    [{ CpuRealtimeRuntime: 2000, CpuRealtimePeriod: 1000 }, 'cpu real-time runtime cannot be higher than cpu real-time period'],
    [{ CpusetCpus: '0;1' }, 'Invalid value 0;1 for cpuset cpus'],
    [{ CpusetCpus: '1-0' }, 'Invalid value 1-0 for cpuset cpus'],
    [{ CpusetCpus: '0-99999' }, 'Invalid value 0-99999 for cpuset cpus'],
    [{ CpusetCpus: '1,5' }, 'Requested CPUs are not available - requested 1,5, available: 0-1'],
    [{ CpusetMems: '1' }, 'Requested memory nodes are not available - requested 1, available: 0'],
    [{ MemorySwap: -2 }, 'MemorySwap: -2'],
    [{ MemoryReservation: 1 }, 'Minimum memory reservation allowed is 6MB'],
    [{ Memory: 2 ** 23, MemoryReservation: 2 ** 24 }, 'Minimum memory limit can not be less than memory reservation limit, see usage'],
    [{ MemorySwappiness: 101 }, 'Invalid value: 101, valid memory swappiness range is 0-100'],
    [{ KernelMemoryTCP: -1 }, 'KernelMemoryTCP: -1 is negative'],
    [{ PidsLimit: 5e6 }, 'PidsLimit: 5000000 is not in the range'],
    [{ IOMaximumIOps: 1 }, 'Invalid QoS settings'],
    [{ BlkioWeight: 5 }, 'BlkioWeight: Range of blkio weight is from 10 to 1000'],
  ])('refuses %j', (host, text) => {
    expect(() => limitsOf(host, { cpus: 2, online: { cpus: '0-1', memoryNodes: '0' } })).toThrow(text);
  });
});

describe('rlimitsOf', () => {
  it('numbers the limits; -1 is unlimited', () => {
    expect(rlimitsOf({ Ulimits: [{ Name: 'nofile', Soft: 10, Hard: -1 }] })).toEqual([{ resource: 7, soft: 10n, hard: 0xffff_ffff_ffff_ffffn }]);
  });

  it('refuses unknown ones and a soft limit above the hard one', () => {
    expect(() => rlimitsOf({ Ulimits: [{ Name: 'toString', Soft: 1, Hard: 1 }] })).toThrow('invalid ulimit type: toString');
    expect(() => rlimitsOf({ Ulimits: [{ Name: 'core', Soft: -1, Hard: 1 }] })).toThrow('soft limit must be less than or equal to hard limit');
  });
});

describe('securityOptionsOf', () => {
  it('has the default profile unless privileged', () => {
    expect(securityOptionsOf({})).toEqual({ noNewPrivileges: false, seccomp: 'default', warnings: [] });
    expect(securityOptionsOf({ Privileged: true }).seccomp).toBe('unconfined');
  });

  it.each([['no-new-privileges'], ['no-new-privileges:true'], ['no-new-privileges=true']])('reads %s', (option) => {
    expect(securityOptionsOf({ SecurityOpt: [option] }).noNewPrivileges).toBe(true);
  });

  it('takes a profile as text and warns of what it cannot do', () => {
    const options = securityOptionsOf({ SecurityOpt: ['seccomp={"defaultAction":"SCMP_ACT_ALLOW"}', 'apparmor=mine', 'label=disable'] });
    expect(options.seccomp).toBe('{"defaultAction":"SCMP_ACT_ALLOW"}');
    expect(options.warnings).toEqual(['AppArmor profile mine was ignored: this engine does not use AppArmor.']);
  });

  it('refuses unknown ones', () => {
    expect(() => securityOptionsOf({ SecurityOpt: ['fast'] })).toThrow('invalid --security-opt 1: "fast"');
    expect(() => securityOptionsOf({ SecurityOpt: ['no-new-privileges=maybe'] })).toThrow('invalid --security-opt');
  });
});

describe('sysctlsOf', () => {
  const own = { network: true, ipc: true, uts: true };

  it('adds the defaults of an own network namespace, which can be replaced', () => {
    expect(sysctlsOf({ 'net.ipv4.ip_unprivileged_port_start': '1024', 'kernel.msgmax': '1' }, own)).toEqual([
      { key: 'net/ipv4/ip_unprivileged_port_start', value: '1024' },
      { key: 'net/ipv4/ping_group_range', value: '0 2147483647' },
      { key: 'kernel/msgmax', value: '1' },
    ]);
    expect(sysctlsOf({}, { ...own, network: false })).toEqual([]);
  });

  it.each(['kernel.core_pattern', 'vm.overcommit_memory', 'fs.file-max'])('refuses %s, which would change the host', (name) => {
    expect(() => sysctlsOf({ [name]: '1' }, own)).toThrow(`sysctl "${name}" is not in a separate kernel namespace`);
  });

  it('refuses net keys on the host network and paths', () => {
    expect(() => sysctlsOf({ 'net.ipv4.ip_forward': '1' }, { ...own, network: false })).toThrow('not allowed in host network namespace');
    expect(() => sysctlsOf({ 'net/../kernel/core_pattern': '1' }, own)).toThrow('invalid sysctl name');
    expect(() => sysctlsOf({ 'net.ipv4+x': '1' }, own)).toThrow('invalid sysctl name');
  });
});
