import { existsSync } from 'node:fs';
import { parseAddress } from '../../base/cidr.ts';
import { addAddress, setDefaultLink, setDefaultRoute } from '../../sys/netlink/address.ts';
import { linkUpAt, withoutOwnIPv6 } from '../../sys/netlink/link.ts';
import type { ContainerEndpoint, RunNetwork } from '../network-service.ts';
import { endpointSysctls } from './check-settings.ts';
import { gatewaysOf } from './gateway-order.ts';

/** Interfaces' indexes inside are chosen by us, so that what follows can be sent without asking for them. */
const FIRST_INDEX = 1 << 20;
const LINK_LOCAL_LENGTHS = { 4: 16, 6: 64 } as const;

export function innerIndex({ slot }: ContainerEndpoint['facts']): number {
  return FIRST_INDEX + slot;
}

/** Addresses of an interface, and it is up. */
export function addressMessages({ facts, settings }: ContainerEndpoint): Uint8Array[] {
  const index = innerIndex(facts);
  const rows: readonly (readonly [string, number | null])[] = [
    [facts.ipAddress, facts.prefixLength],
    [facts.globalIPv6Address, facts.globalIPv6PrefixLength],
    ...settings.linkLocal.map((text) => [text, null] as const),
  ];
  const addresses = rows.flatMap(([text, length]) => {
    const address = parseAddress(text);
    return address === null ? [] : [addAddress(index, address, length ?? LINK_LOCAL_LENGTHS[address.family])];
  });
  return [...(facts.globalIPv6Address === '' ? [withoutOwnIPv6(index)] : []), ...addresses, linkUpAt(index)];
}

/** The default routes of a container on these networks, instead of those it has. */
export function routeMessages(networks: readonly ContainerEndpoint[]): Uint8Array[] {
  const { ipv4, ipv6 } = gatewaysOf(networks);
  return [...(ipv4 ? [routeBy(ipv4, ipv4.facts.gateway)] : []), ...(ipv6 ? [routeBy(ipv6, ipv6.facts.ipv6Gateway)] : [])];
}

function routeBy({ facts }: ContainerEndpoint, gateway: string): Uint8Array {
  const address = parseAddress(gateway);
  if (address === null || address.value === 0n) return setDefaultLink(innerIndex(facts), gateway.includes(':') ? 6 : 4);
  return setDefaultRoute(innerIndex(facts), address);
}

let hasIPv6: boolean | undefined;

/**
 * Settings of a container's own network: it takes no router's word from its neighbours, and interfaces without an IPv6 address have no IPv6
 * at all, as with Docker.
 */
export function sysctlsOf(networks: readonly ContainerEndpoint[]): RunNetwork['sysctls'] {
  const placed = networks.filter(({ facts }) => facts.interfaceName !== '');
  if (placed.length === 0) return [];
  hasIPv6 ??= existsSync('/proc/sys/net/ipv6');
  const own = (name: string, key: string, value: string): RunNetwork['sysctls'][number] => ({ key: `net/ipv6/conf/${name}/${key}`, value });
  const guards = placed.map(({ facts }) =>
    own(facts.interfaceName, facts.globalIPv6Address === '' ? 'disable_ipv6' : 'accept_ra', facts.globalIPv6Address === '' ? '1' : '0'),
  );
  return [
    ...(hasIPv6 ? [own('default', 'accept_ra', '0'), ...guards] : []),
    ...placed.flatMap(({ settings, facts }) => endpointSysctls(settings, facts.interfaceName)),
  ];
}
