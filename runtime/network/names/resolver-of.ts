import { randomInt } from 'node:crypto';
import type { NetworkUpdate } from '../../sys/launcher/launcher.ts';
import type { ContainerEndpoint } from '../network-service.ts';
import { BUILTIN } from '../network-table.ts';
import { resolverRules } from './resolver-rules.ts';

/** Above what the kernel gives to programs that do not choose. */
const PORTS = [61_000, 65_000] as const;

/** Containers on networks of users' own alone have names for each other, as with Docker. */
export function hasNames(networks: readonly Pick<ContainerEndpoint, 'network'>[]): boolean {
  return networks.some(({ network }) => !Object.hasOwn(BUILTIN, network));
}

/** The sockets a container on these networks needs inside; null: none. */
export function resolverOf(networks: readonly ContainerEndpoint[]): NonNullable<NetworkUpdate['resolver']> | null {
  if (!hasNames(networks)) return null;
  const port = randomInt(...PORTS);
  return { port, rules: resolverRules(port) };
}
