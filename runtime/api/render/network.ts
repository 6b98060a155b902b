import { rfc3339Nano } from '../../base/timestamps.ts';
import type { Network, NetworkMember } from '../../network/network-service.ts';

function withLength(address: string, length: number): string {
  return address === '' ? '' : `${address}/${length}`;
}

function memberJson({ name, facts }: NetworkMember): object {
  return {
    Name: name,
    EndpointID: facts.endpointId,
    MacAddress: facts.macAddress,
    IPv4Address: withLength(facts.ipAddress, facts.prefixLength),
    IPv6Address: withLength(facts.globalIPv6Address, facts.globalIPv6PrefixLength),
  };
}

function ipamJson({ pools, ipamOptions }: Network): object {
  return {
    Driver: 'default',
    Options: Object.keys(ipamOptions).length === 0 ? null : ipamOptions,
    Config: pools.map(({ subnet, ipRange, gateway, auxiliary }) => ({
      Subnet: subnet,
      ...(ipRange === '' ? {} : { IPRange: ipRange }),
      ...(gateway === '' ? {} : { Gateway: gateway }),
      ...(Object.keys(auxiliary).length === 0 ? {} : { AuxiliaryAddresses: auxiliary }),
    })),
  };
}

/** `members`: those that run; lists leave them out, as Docker does. */
export function networkJson(network: Network, members: readonly NetworkMember[]): object {
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339Nano(network.createdAt),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: network.enableIPv4,
    EnableIPv6: network.enableIPv6,
    IPAM: ipamJson(network),
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(members.map((member) => [member.containerId, memberJson(member)])),
    Options: network.options,
    Labels: network.labels,
  };
}
