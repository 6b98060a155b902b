import type { ContainerEndpoint, Network, NetworkedContainer } from '../network-service.ts';
import type { NamedEndpoint, NamedNetwork } from './name-server.ts';

/** By which others on the network find a container, the first one first. */
export function namesOf({ id, name, hostname }: Omit<NetworkedContainer, 'networks'>, { settings }: Pick<ContainerEndpoint, 'settings'>): string[] {
  return [...new Set([name, ...settings.aliases, id.slice(0, 12), ...(hostname === '' ? [] : [hostname])])];
}

export function namedEndpointOf(container: NetworkedContainer, endpoint: ContainerEndpoint): NamedEndpoint {
  const { settings, facts } = endpoint;
  const links = settings.links.map((link): [string, string] => {
    const [target = '', alias = target] = link.split(':');
    return [alias, target];
  });
  const names = namesOf(container, endpoint);
  return { containerId: container.id, names, links: Object.fromEntries(links), ipv4: facts.ipAddress, ipv6: facts.globalIPv6Address };
}

/** The host is what containers reach by the gateway of a bridge; on other networks that is somebody else. */
export function namedNetworkOf({ id, name, driver, internal, pools }: Network): NamedNetwork {
  const gateways = driver === 'bridge' ? pools.map(({ gateway }) => gateway) : [];
  const ipv4 = gateways.find((gateway) => !gateway.includes(':')) ?? '';
  const ipv6 = gateways.find((gateway) => gateway.includes(':')) ?? '';
  return { id, name, internal, gateway: { ipv4, ipv6 } };
}
