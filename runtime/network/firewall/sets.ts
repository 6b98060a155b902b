import { addressBytes, parseAddress } from '../../base/cidr.ts';
import type { SetElement, SetShape } from '../../sys/netlink/nftables/objects.ts';
import type { FirewallEndpoint, FirewallNetwork, FirewallPort } from './firewall.ts';

/** The sets and maps of the table: what changes as networks and containers come and go. The rules stay the same. */
export const SETS = {
  bridges: { name: 'bridges', id: 1, key: ['interface'] },
  internal: { name: 'internal', id: 2, key: ['interface'] },
  outbound: { name: 'outbound', id: 3, key: ['interface'] },
  /** Pairs of a bridge and itself: packets that come back by the bridge on which they came. */
  within: { name: 'within', id: 4, key: ['interface', 'interface'] },
  /** Those of `within` whose containers may reach each other. */
  between: { name: 'between', id: 5, key: ['interface', 'interface'] },
  any4: { name: 'any4', id: 6, key: ['protocol', 'port'], data: ['ipv4', 'port'] },
  any6: { name: 'any6', id: 7, key: ['protocol', 'port'], data: ['ipv6', 'port'] },
  bound4: { name: 'bound4', id: 8, key: ['ipv4', 'protocol', 'port'], data: ['ipv4', 'port'] },
  bound6: { name: 'bound6', id: 9, key: ['ipv6', 'protocol', 'port'], data: ['ipv6', 'port'] },
} as const satisfies Readonly<Record<string, SetShape>>;

const PROTOCOLS = { tcp: 6, udp: 17, sctp: 132 } as const;
const INTERFACE_BYTES = 16;

export function interfaceBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(INTERFACE_BYTES);
  bytes.set(new TextEncoder().encode(name).subarray(0, INTERFACE_BYTES - 1));
  return bytes;
}

/** Padded to a register. */
function portBytes(port: number): Uint8Array {
  return Uint8Array.of(port >> 8, port & 255, 0, 0);
}

export function networkElements({ bridge, internal, interContainer, masquerade }: FirewallNetwork): SetElement[] {
  const key = interfaceBytes(bridge);
  const pair = Buffer.concat([key, key]);
  return [
    { set: 'bridges', key },
    { set: 'within', key: pair },
    ...(internal ? [{ set: 'internal', key }] : []),
    ...(masquerade && !internal ? [{ set: 'outbound', key }] : []),
    ...(interContainer ? [{ set: 'between', key: pair }] : []),
  ];
}

/**
 * What leads from outside to the ports of a container. Ports on addresses of the loopback network, and on addresses of the family that
 * the container does not have, are the proxy's alone.
 */
export function endpointElements({ ports }: FirewallEndpoint): SetElement[] {
  return ports.flatMap((port) => portElement(port) ?? []);
}

function portElement({ protocol, hostAddress, hostPort, containerAddress, containerPort }: FirewallPort): SetElement | undefined {
  const target = parseAddress(containerAddress);
  const host = hostAddress === '' ? null : parseAddress(hostAddress);
  if (target === null || (host !== null && host.family !== target.family)) return undefined;
  const family = target.family === 4 ? 4 : 6;
  const isAny = host === null || host.value === 0n;
  if (host !== null && isLoopback(host)) return undefined;
  const service = Buffer.concat([Uint8Array.of(PROTOCOLS[protocol], 0, 0, 0), portBytes(hostPort)]);
  return {
    set: `${isAny ? 'any' : 'bound'}${family}`,
    key: isAny || host === null ? service : Buffer.concat([addressBytes(host), service]),
    data: Buffer.concat([addressBytes(target), portBytes(containerPort)]),
  };
}

function isLoopback({ family, value }: { readonly family: 4 | 6; readonly value: bigint }): boolean {
  return family === 4 ? value >> 24n === 127n : value === 1n;
}
