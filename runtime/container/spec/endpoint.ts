import { EngineError } from '../../base/errors.ts';
import type { ContainerConfig, EndpointConfig } from '../../formats/docker/container-config.ts';
import { ANY_PLACE, NO_PLACE } from '../../network/endpoint/endpoint-values.ts';
import type { ContainerEndpoint, EndpointSettings, Network } from '../../network/network-service.ts';
import { checkMacAddress } from './check-config.ts';

/** What of the networks an endpoint needs to be checked. */
export interface KnownNetworks {
  find(ref: string): Network;
  check(network: Network, settings: EndpointSettings): void;
}

/** An endpoint as the API has it. Throws InvalidArgument in Docker's words for a MAC address that is none. */
export function settingsOf(asked: EndpointConfig | null | undefined): EndpointSettings {
  if (asked?.MacAddress) checkMacAddress(asked.MacAddress);
  return {
    ...ANY_PLACE,
    ipv4Address: asked?.IPAMConfig?.IPv4Address ?? '',
    ipv6Address: asked?.IPAMConfig?.IPv6Address ?? '',
    linkLocal: asked?.IPAMConfig?.LinkLocalIPs ?? [],
    aliases: [...new Set(asked?.Aliases ?? [])],
    links: asked?.Links ?? [],
    macAddress: plainMac(asked?.MacAddress ?? ''),
    driverOpts: asked?.DriverOpts ?? {},
    gatewayPriority: asked?.GwPriority ?? 0,
  };
}

/** A container's place on a network where it is not yet. Throws as `check` does. */
export function endpointOn(networks: KnownNetworks, ref: string, settings: EndpointSettings): ContainerEndpoint {
  const network = networks.find(ref);
  networks.check(network, settings);
  return { network: network.name, networkId: network.id, settings, facts: NO_PLACE };
}

/**
 * The networks that a new container is to be on: those of NetworkingConfig, or that of NetworkMode. Throws InvalidArgument in Docker's
 * words for what does not go together, NotFound for a network that is not there.
 */
export function endpointsOf(asked: ContainerConfig, mode: string, networks: KnownNetworks): ContainerEndpoint[] {
  if (mode.startsWith('container:')) return [];
  const main = networks.find(mode);
  const given = Object.entries(asked.NetworkingConfig?.EndpointsConfig ?? {}).map(([ref, endpoint]) => {
    return { network: ref === mode ? main : networks.find(ref), settings: settingsOf(endpoint) };
  });
  const rows = given.length > 0 ? given : [{ network: main, settings: ANY_PLACE }];
  const isMain = ({ network }: { network: Network }): boolean => network.id === main.id;
  const ordered = [...rows.filter(isMain), ...rows.filter((row) => !isMain(row))];
  if (ordered.length > 1) checkTogether(ordered.map(({ network }) => network));
  const macAddress = containerMac(asked, ordered.find(isMain)?.settings);
  return ordered.map((row) => endpointOn(networks, row.network.id, isMain(row) && macAddress !== '' ? { ...row.settings, macAddress } : row.settings));
}

/** Throws InvalidArgument in Docker's words for networks that a container cannot be on at the same time. */
export function checkTogether(networks: readonly Pick<Network, 'driver' | 'name'>[]): void {
  const names = networks.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new EngineError('InvalidArgument', `network ${twice} is given more than once`);
  if (networks.some(({ driver }) => driver === 'host')) {
    throw new EngineError('InvalidArgument', 'container cannot be disconnected from host network or connected to host network');
  }
  if (networks.some(({ driver }) => driver === 'null')) {
    throw new EngineError('InvalidArgument', 'container cannot be connected to multiple networks with one of the networks in private (none) mode');
  }
}

/** The container-wide MAC address is that of its main network. */
function containerMac({ MacAddress }: ContainerConfig, settings: EndpointSettings | undefined): string {
  const [wide, own] = [plainMac(MacAddress ?? ''), settings?.macAddress ?? ''];
  if (wide !== '' && own !== '' && wide !== own) {
    throw new EngineError(
      'InvalidArgument',
      'the container-wide MAC address must match the endpoint-specific MAC address for the main network, or should be left empty',
    );
  }
  return wide || own;
}

function plainMac(text: string): string {
  return text.toLowerCase().replaceAll('-', ':');
}
