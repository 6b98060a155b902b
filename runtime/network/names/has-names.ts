import type { ContainerEndpoint } from '../network-service.ts';
import { BUILTIN } from '../network-table.ts';

/** Containers on networks of users' own alone have names for each other, as with Docker. */
export function hasNames(networks: readonly Pick<ContainerEndpoint, 'network'>[]): boolean {
  return networks.some(({ network }) => !Object.hasOwn(BUILTIN, network));
}
