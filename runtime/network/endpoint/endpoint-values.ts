import type { EndpointFacts, EndpointSettings } from '../network-service.ts';

/** Nothing is asked for. */
export const ANY_PLACE: EndpointSettings = {
  ipv4Address: '',
  ipv6Address: '',
  linkLocal: [],
  aliases: [],
  links: [],
  macAddress: '',
  driverOpts: {},
  gatewayPriority: 0,
};

/** Of a container that does not run. */
export const NO_PLACE: EndpointFacts = {
  endpointId: '',
  interfaceName: '',
  slot: 0,
  ipAddress: '',
  prefixLength: 0,
  gateway: '',
  globalIPv6Address: '',
  globalIPv6PrefixLength: 0,
  ipv6Gateway: '',
  macAddress: '',
};
