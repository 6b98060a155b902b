import { randomBytes } from 'node:crypto';
import { contains, parseAddress } from '../../base/cidr.ts';
import { EngineError } from '../../base/errors.ts';
import { macOf } from '../drivers/bridge.ts';
import type { NetworkDriver } from '../drivers/driver.ts';
import { interfacePrefixOf } from '../drivers/options.ts';
import type { AddressPool } from '../ipam/address-pool.ts';
import type { EndpointFacts, EndpointSettings, Network } from '../network-service.ts';
import { askedInterfaceName } from './check-settings.ts';
import { NO_PLACE } from './endpoint-values.ts';

/** A network with the addresses of its subnets, in the order of `network.pools`. */
export interface NetworkPlaces {
  readonly network: Network;
  readonly driver: NetworkDriver;
  readonly pools: readonly AddressPool[];
}

/** Gives a container its addresses on a network. Throws PermissionDenied and Unavailable in Docker's words with nothing taken. */
export function takePlace(places: NetworkPlaces, containerId: string, settings: EndpointSettings, slot: number): EndpointFacts {
  const { network, driver } = places;
  const endpointId = randomBytes(32).toString('hex');
  if (!driver.hasEndpoints) return { ...NO_PLACE, endpointId };
  try {
    const ipv4 = network.enableIPv4 ? takeAddress(places, containerId, settings.ipv4Address, 4) : NOWHERE;
    const ipv6 = network.enableIPv6 ? takeAddress(places, containerId, settings.ipv6Address, 6) : NOWHERE;
    return {
      endpointId,
      interfaceName: askedInterfaceName(settings) || `${interfacePrefixOf(network)}${slot}`,
      slot,
      ipAddress: ipv4.address,
      prefixLength: ipv4.prefixLength,
      gateway: gatewayOf(places, ipv4.gateway, 4),
      globalIPv6Address: ipv6.address,
      globalIPv6PrefixLength: ipv6.prefixLength,
      ipv6Gateway: gatewayOf(places, ipv6.gateway, 6),
      macAddress: driver.hasMac ? settings.macAddress || macOf(ipv4.address || ipv6.address) : '',
    };
  } catch (error) {
    releasePlace(places, containerId);
    throw error;
  }
}

/** Idempotent. */
export function releasePlace({ pools }: NetworkPlaces, containerId: string): void {
  for (const pool of pools) pool.release(containerId);
}

/** Notes the addresses of a container that runs from before. */
export function restorePlace({ pools }: NetworkPlaces, containerId: string, facts: EndpointFacts): void {
  for (const pool of pools) pool.restore(containerId, pool.subnet.family === 4 ? facts.ipAddress : facts.globalIPv6Address);
}

interface Place {
  readonly address: string;
  readonly prefixLength: number;
  readonly gateway: string;
}

const NOWHERE: Place = { address: '', prefixLength: 0, gateway: '' };

function takeAddress({ network, pools }: NetworkPlaces, owner: string, asked: string, family: 4 | 6): Place {
  const wanted = asked === '' ? null : parseAddress(asked);
  for (const [index, pool] of pools.entries()) {
    if (pool.subnet.family !== family || (wanted !== null && !contains(pool.subnet, wanted))) continue;
    const address = wanted === null ? pool.take(owner) : pool.takeThis(owner, wanted);
    if (address !== null) return { address, prefixLength: pool.subnet.prefixLength, gateway: network.pools[index]?.gateway ?? '' };
  }
  if (wanted !== null) throw new EngineError('InvalidArgument', `no configured subnet contains IP address ${asked}`);
  throw new EngineError('Unavailable', `no available IPv${family} addresses on this network's address pools: ${network.name} (${network.id})`);
}

/** Empty where packets to elsewhere do not go by this network; all zeros where the interface finds every address by itself. */
function gatewayOf({ network, driver }: NetworkPlaces, gateway: string, family: 4 | 6): string {
  if (network.internal || gateway === '' || network.options[`com.docker.network.bridge.gateway_mode_ipv${family}`] === 'isolated') return '';
  if (driver.routesByLink(network)) return family === 4 ? '0.0.0.0' : '::';
  return gateway;
}
