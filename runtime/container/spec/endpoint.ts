import { EngineError } from '../../base/errors.ts';
import type { ContainerConfig } from '../../formats/docker/container-config.ts';
import { checkMacAddress } from './check-config.ts';

/**
 * What NetworkingConfig asks for on the container's one network, as the field of the configuration that says the same. Throws
 * InvalidArgument in Docker's words for what only networks of a user's own have, NotFound for a network that is not there.
 */
export function endpointOf(asked: ContainerConfig, networks: { check(name: string): void }): Pick<ContainerConfig, 'MacAddress'> {
  const endpoints = Object.entries(asked.NetworkingConfig?.EndpointsConfig ?? {});
  if (endpoints.length > 1) {
    const names = endpoints.map(([name]) => name.slice(0, 100)).join(', ');
    throw new EngineError('InvalidArgument', `Container cannot be connected to network endpoints: ${names}`);
  }
  let mac = asked.MacAddress || '';
  for (const [name, endpoint] of endpoints) {
    if (!name.startsWith('container:')) networks.check(name);
    const addresses = [endpoint?.IPAMConfig?.IPv4Address, endpoint?.IPAMConfig?.IPv6Address, ...(endpoint?.IPAMConfig?.LinkLocalIPs ?? [])];
    if (addresses.some(Boolean)) throw new EngineError('InvalidArgument', 'user specified IP address is supported on user defined networks only');
    if (endpoint?.Aliases?.length) {
      throw new EngineError('InvalidArgument', 'network-scoped alias is supported only for containers in user defined networks');
    }
    if (!endpoint?.MacAddress) continue;
    checkMacAddress(endpoint.MacAddress);
    if (mac !== '' && mac.toLowerCase() !== endpoint.MacAddress.toLowerCase()) {
      throw new EngineError(
        'InvalidArgument',
        'the container-wide MAC address must match the endpoint-specific MAC address for the main network, or should be left empty',
      );
    }
    mac = endpoint.MacAddress;
  }
  return mac === '' ? {} : { MacAddress: mac.toLowerCase().replaceAll('-', ':') };
}
