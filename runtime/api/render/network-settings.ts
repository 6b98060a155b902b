import type { Container } from '../../container/container-service.ts';
import { builtinNetworkId, networkNameOf } from '../network-identity.ts';
import { portList } from './ports.ts';

function endpoint(container: Container, name: string): object {
  const { network } = container;
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: null,
    MacAddress: network.macAddress,
    DriverOpts: null,
    NetworkID: builtinNetworkId(name),
    EndpointID: network.ipAddress === '' ? '' : container.id,
    Gateway: network.gateway,
    IPAddress: network.ipAddress,
    IPPrefixLen: network.prefixLength,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}

/** `NetworkSettings.Networks`: the one network a container is on. */
export function endpointsJson(container: Container): Record<string, object> {
  const name = networkNameOf(container.network.mode);
  return name === null ? {} : { [name]: endpoint(container, name) };
}

function portsJson(container: Container): Record<string, object[] | null> {
  const ports: Record<string, object[] | null> = {};
  for (const port of portList(container)) {
    const key = `${port.container}/${port.protocol}`;
    const before = ports[key] ?? null;
    ports[key] = port.host === null ? before : [...(before ?? []), { HostIp: port.address, HostPort: String(port.host) }];
  }
  return ports;
}

export function networkSettingsJson(container: Container): object {
  const { network, state } = container;
  const live = state.status === 'running' || state.status === 'paused';
  return {
    Bridge: '',
    SandboxID: live ? container.id : '',
    SandboxKey: live && state.pid > 0 ? `/proc/${state.pid}/ns/net` : '',
    Ports: live ? portsJson(container) : {},
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: network.ipAddress === '' ? '' : container.id,
    Gateway: network.gateway,
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: network.ipAddress,
    IPPrefixLen: network.prefixLength,
    IPv6Gateway: '',
    MacAddress: network.macAddress,
    Networks: endpointsJson(container),
  };
}
