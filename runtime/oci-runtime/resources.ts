import { EngineError } from '../base/errors.ts';
import type { RuntimeSpec } from '../formats/oci/runtime-spec.ts';
import type { DeviceAccess, DeviceRule } from '../sys/cgroups/device-rules.ts';
import type { ResourceLimits } from '../sys/cgroups/resource-limits.ts';

type Resources = NonNullable<RuntimeSpec['linux']['resources']>;

/** Limits in the units of cgroups. Throws Unsupported naming a limit that would not be enforced. */
export function limitsOf(resources: Resources | undefined): ResourceLimits {
  const { memory, cpu, pids, blockIO, hugepageLimits = [], network, rdma, unified } = resources ?? {};
  const refused = { hugepageLimits: hugepageLimits.length > 0, network, rdma, unified };
  for (const [name, value] of Object.entries(refused)) if (hasContent(value)) throw unsupported(name);
  if (cpu?.realtimeRuntime || cpu?.realtimePeriod) throw unsupported('cpu.realtimeRuntime');
  const { weight, ...throttles } = blockIO ?? {};
  if (hasContent(throttles)) throw unsupported(`blockIO.${Object.keys(throttles)[0]}`);
  return defined({
    memory: memory?.limit,
    memorySwap: memory?.swap,
    memoryReservation: memory?.reservation,
    memorySwappiness: memory?.swappiness,
    kernelMemoryTcp: memory?.kernelTCP,
    oomKillDisable: memory?.disableOOMKiller === true ? true : undefined,
    cpuShares: cpu?.shares || undefined,
    cpuQuota: cpu?.quota || undefined,
    cpuPeriod: cpu?.period || undefined,
    cpusetCpus: cpu?.cpus || undefined,
    cpusetMems: cpu?.mems || undefined,
    pids: pids === undefined || pids.limit === 0 ? undefined : Math.max(pids.limit, -1),
    blkioWeight: weight || undefined,
  });
}

/** The allow list on top of the standard devices. Throws Unsupported for rules that take something away again. */
export function deviceAccessOf(resources: Resources | undefined): DeviceAccess {
  const rules: DeviceRule[] = [];
  let all = false;
  for (const { allow, type, major, minor, access } of resources?.devices ?? []) {
    const isEvery = (type === undefined || type === 'a') && (major ?? -1) < 0 && (minor ?? -1) < 0;
    if (isEvery && (access ?? 'rwm').length === 3) {
      all = allow;
      rules.length = 0;
    } else if (allow && type !== undefined && type !== 'a') {
      rules.push({ type: type === 'b' ? 'b' : 'c', major: numberOf(major), minor: numberOf(minor), access: access ?? 'rwm' });
    } else if (all || allow || rules.length > 0) {
      throw unsupported('devices: a rule that denies some devices only');
    }
  }
  return { all, given: [], rules };
}

function numberOf(value: number | null | undefined): number | null {
  return value === null || value === undefined || value < 0 ? null : value;
}

function hasContent(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
}

function defined(limits: { readonly [Key in keyof ResourceLimits]-?: ResourceLimits[Key] | undefined } | object): ResourceLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

function unsupported(what: string): EngineError {
  return new EngineError('Unsupported', `linux.resources: ${what}: not supported`);
}
