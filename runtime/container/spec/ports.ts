import { isIP } from 'node:net';
import { EngineError } from '../../base/errors.ts';
import type { ContainerConfig, HostConfig } from '../../formats/docker/container-config.ts';
import type { PortRequest } from '../../network/ports/port-publisher.ts';

const LARGEST = 65_535;

/** `80`, `80/udp`. Throws InvalidArgument in Docker's words. */
function parsePort(key: string): { readonly containerPort: number; readonly protocol: PortRequest['protocol'] } {
  const [, digits = '', name = 'tcp'] = /^(\d{1,5})(?:\/([a-z]+))?$/.exec(key.toLowerCase()) ?? [];
  const protocol = (['tcp', 'udp', 'sctp'] as const).find((one) => one === name);
  const containerPort = Number(digits);
  if (digits === '' || containerPort > LARGEST || protocol === undefined) {
    throw new EngineError('InvalidArgument', `invalid port specification: "${key.slice(0, 100)}"`);
  }
  return { containerPort, protocol };
}

/** `HostPort`: empty, a number or a range. */
function parseHostPort(text: string): readonly [number, number] {
  if (text === '') return [0, 0];
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const range = [Number(first), Number(last)] as const;
  if (first === '' || range[0] > range[1] || range[1] > LARGEST)
    throw new EngineError('InvalidArgument', `invalid port specification: "${text.slice(0, 100)}"`);
  return range;
}

/** What PortBindings and PublishAllPorts ask for. Throws InvalidArgument in Docker's words naming the port or address. */
export function portRequestsOf({ config, hostConfig }: { readonly config: Partial<ContainerConfig>; readonly hostConfig: HostConfig }): PortRequest[] {
  const bindings = hostConfig.PortBindings ?? {};
  const asked = Object.entries(bindings).flatMap(([key, rows]) => {
    const port = parsePort(key);
    const wanted = rows?.length ? rows : [{}];
    return wanted.map((row: { HostIp?: string | null | undefined; HostPort?: string | null | undefined }) => {
      const [hostPortFirst, hostPortLast] = parseHostPort(row.HostPort ?? '');
      return { ...port, hostAddress: hostAddressOf(row.HostIp ?? ''), hostPortFirst, hostPortLast };
    });
  });
  if (hostConfig.PublishAllPorts !== true) return asked;
  const more = Object.keys(config.ExposedPorts ?? {}).map(parsePort);
  const isAsked = (port: { containerPort: number; protocol: string }): boolean =>
    asked.some(({ containerPort, protocol }) => containerPort === port.containerPort && protocol === port.protocol);
  return [...asked, ...more.filter((port) => !isAsked(port)).map((port) => ({ ...port, hostAddress: '', hostPortFirst: 0, hostPortLast: 0 }))];
}

/** Brackets around IPv6 addresses come from some clients. */
function hostAddressOf(text: string): string {
  const address = text.replace(/^\[(.*)\]$/, '$1');
  if (address !== '' && isIP(address) === 0) throw new EngineError('InvalidArgument', `invalid IP address "${text.slice(0, 100)}" for a published port`);
  return address;
}
