import { createHash } from 'node:crypto';
import type { NetworkFacts } from '../network/network-service.ts';

/** Ids of the networks that always exist: the same on every start, derived from the name. */
export function builtinNetworkId(name: string): string {
  return createHash('sha256').update(`slipway network ${name}`).digest('hex');
}

const builtin = (name: string, driver: string): NetworkFacts => ({
  id: builtinNetworkId(name),
  name,
  driver,
  createdAt: 0n,
  internal: false,
  subnets: [],
  options: {},
  labels: {},
});

/** What every engine has. */
export const BUILTIN_NETWORKS: readonly NetworkFacts[] = [builtin('bridge', 'bridge'), builtin('host', 'host'), builtin('none', 'null')];

/** `default` stands for the bridge; a container that joins another one's namespace has no network of its own. */
export function networkNameOf(mode: string): string | null {
  if (mode === 'default' || mode === '') return 'bridge';
  return mode.startsWith('container:') ? null : mode;
}
