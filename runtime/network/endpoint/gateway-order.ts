import type { ContainerEndpoint } from '../network-service.ts';

/** The container's networks by their claim to its default route: priority, then name, as in Docker. */
function gatewayOrder(networks: readonly ContainerEndpoint[]): ContainerEndpoint[] {
  return networks.toSorted((a, b) => b.settings.gatewayPriority - a.settings.gatewayPriority || (a.network < b.network ? -1 : Number(a.network > b.network)));
}

/** Those that its packets to elsewhere go through; for each family the first network that has a gateway for it. */
export function gatewaysOf(networks: readonly ContainerEndpoint[]): { readonly ipv4?: ContainerEndpoint; readonly ipv6?: ContainerEndpoint } {
  const order = gatewayOrder(networks);
  const ipv4 = order.find(({ facts }) => facts.gateway !== '');
  const ipv6 = order.find(({ facts }) => facts.ipv6Gateway !== '');
  return { ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) };
}
