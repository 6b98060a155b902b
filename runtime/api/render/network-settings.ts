import type { Container } from '../../container/container-service.ts';
import { hasNames } from '../../network/names/has-names.ts';
import { namesOf } from '../../network/names/named.ts';
import type { ContainerEndpoint } from '../../network/network-service.ts';
import { portList } from './ports.ts';

function ipamJson({ ipv4Address, ipv6Address, linkLocal }: ContainerEndpoint['settings']): object | null {
  if (ipv4Address === '' && ipv6Address === '' && linkLocal.length === 0) return null;
  return {
    ...(ipv4Address === '' ? {} : { IPv4Address: ipv4Address }),
    ...(ipv6Address === '' ? {} : { IPv6Address: ipv6Address }),
    ...(linkLocal.length === 0 ? {} : { LinkLocalIPs: linkLocal }),
  };
}

function endpointJson(container: Container, endpoint: ContainerEndpoint): object {
  const { settings, facts, networkId } = endpoint;
  return {
    IPAMConfig: ipamJson(settings),
    Links: settings.links.length === 0 ? null : settings.links,
    Aliases: settings.aliases.length === 0 ? null : settings.aliases,
    MacAddress: facts.macAddress || settings.macAddress,
    DriverOpts: Object.keys(settings.driverOpts).length === 0 ? null : settings.driverOpts,
    GwPriority: settings.gatewayPriority,
    NetworkID: networkId,
    EndpointID: facts.endpointId,
    Gateway: facts.gateway,
    IPAddress: facts.ipAddress,
    IPPrefixLen: facts.prefixLength,
    IPv6Gateway: facts.ipv6Gateway,
    GlobalIPv6Address: facts.globalIPv6Address,
    GlobalIPv6PrefixLen: facts.globalIPv6PrefixLength,
    DNSNames: hasNames([endpoint]) ? namesOf({ ...container, hostname: container.config.Hostname ?? '' }, endpoint) : null,
  };
}

/** `NetworkSettings.Networks`. */
export function endpointsJson(container: Container): Record<string, object> {
  return Object.fromEntries(container.networks.map((endpoint) => [endpoint.network, endpointJson(container, endpoint)]));
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

/** The fields outside of `Networks` are those of the default bridge, where older clients look for them. */
export function networkSettingsJson(container: Container): object {
  const { state } = container;
  const live = state.status === 'running' || state.status === 'paused';
  const facts = container.networks.find(({ network }) => network === 'bridge')?.facts;
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
    EndpointID: facts?.endpointId ?? '',
    Gateway: facts?.gateway ?? '',
    GlobalIPv6Address: facts?.globalIPv6Address ?? '',
    GlobalIPv6PrefixLen: facts?.globalIPv6PrefixLength ?? 0,
    IPAddress: facts?.ipAddress ?? '',
    IPPrefixLen: facts?.prefixLength ?? 0,
    IPv6Gateway: facts?.ipv6Gateway ?? '',
    MacAddress: facts?.macAddress ?? '',
    Networks: endpointsJson(container),
  };
}
