import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';
import type { DeviceRule } from '../../sys/cgroups/device-rules.ts';

export interface DeviceRequest {
  readonly host: string;
  readonly container: string;
  /** Some of r, w and m. */
  readonly permissions: string;
}

const RULE = /^([abc]) ([0-9]{1,10}|\*):([0-9]{1,10}|\*) ([rwm]{1,3})$/;
const MOST = 1024;
/** Major and minor numbers of Linux have 12 and 20 bits. */
const HIGHEST = { major: 0xfff, minor: 0xfffff };

/** Throws InvalidArgument naming the field. */
export function devicesOf(host: HostConfig): DeviceRequest[] {
  // Drivers for GPUs and the like are programs that this engine does not run.
  const [request] = host.DeviceRequests ?? [];
  if (request !== undefined) {
    const sets = (request.Capabilities ?? []).map((words) => `[${words.join(' ')}]`).join(' ');
    throw new EngineError('InvalidArgument', `could not select device driver ${JSON.stringify(request.Driver ?? '')} with capabilities: [${sets}]`);
  }
  checkCount('Devices', host.Devices);
  return (host.Devices ?? []).map(deviceOf);
}

function deviceOf(device: NonNullable<HostConfig['Devices']>[number]): DeviceRequest {
  const permissions = device.CgroupPermissions || 'rwm';
  const container = device.PathInContainer || device.PathOnHost;
  if (!/^[rwm]{1,3}$/.test(permissions)) throw new EngineError('InvalidArgument', `Devices: invalid device mode: ${permissions.slice(0, 100)}`);
  for (const path of [device.PathOnHost, container]) {
    if (!path.startsWith('/') || path.includes('\0')) {
      throw new EngineError('InvalidArgument', `Devices: ${path.slice(0, 256).replaceAll('\0', '\\0')} is not an absolute path`);
    }
  }
  return { host: posix.normalize(device.PathOnHost), container: posix.normalize(container), permissions };
}

/** DeviceCgroupRules, e.g. `c 7:* rmw`; `a` stands for both kinds of device. Throws InvalidArgument in Docker's words. */
export function deviceCgroupRulesOf(host: HostConfig): DeviceRule[] {
  checkCount('DeviceCgroupRules', host.DeviceCgroupRules);
  return (host.DeviceCgroupRules ?? []).flatMap((text) => {
    const [, kind, major = '', minor = '', access = ''] = RULE.exec(text) ?? [];
    if (kind === undefined || exceeds(major, HIGHEST.major) || exceeds(minor, HIGHEST.minor)) {
      throw new EngineError('InvalidArgument', `invalid device cgroup rule format: '${text.slice(0, 100)}'`);
    }
    const types = kind === 'a' ? (['b', 'c'] as const) : [kind === 'b' ? ('b' as const) : ('c' as const)];
    return types.map((type) => ({ type, major: numberOf(major), minor: numberOf(minor), access }));
  });
}

function checkCount(field: string, values: readonly unknown[] | null | undefined): void {
  if ((values?.length ?? 0) > MOST) throw new EngineError('InvalidArgument', `${field}: ${values?.length} are more than ${MOST}`);
}

function numberOf(text: string): number | null {
  return text === '*' ? null : Number(text);
}

function exceeds(text: string, highest: number): boolean {
  return text !== '*' && Number(text) > highest;
}
