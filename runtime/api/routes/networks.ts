import { isKind } from '../../base/errors.ts';
import { networkConnectSchema, networkDisconnectSchema } from '../../formats/docker/network-config.ts';
import type { Network, NetworkService } from '../../network/network-service.ts';
import type { ApiBackends } from '../backends.ts';
import { readBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { booleanFilter, type Filters, parseFilters } from '../filters.ts';
import { networkJson } from '../render/network.ts';
import { sendEmpty, sendJson } from '../reply.ts';
import { createNetwork } from './network-create.ts';
import { pruneScope } from './prune.ts';

type Backends = Pick<ApiBackends, 'containers' | 'networks' | 'events'>;

const FILTERS = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'];
const BUILTIN: ReadonlySet<string> = new Set(['bridge', 'host', 'none']);

const nameOf = (context: RequestContext): string => context.params['name'] ?? '';

function isUsed({ containers }: Backends, { id }: Network): boolean {
  return containers.list({ all: true, filters: {} }).some((one) => one.networks.some(({ networkId }) => networkId === id));
}

function matcher(backends: Backends, filters: Filters): (network: Network) => boolean {
  const dangling = booleanFilter(filters, 'dangling');
  const tests: Readonly<Record<string, (network: Network, value: string) => boolean>> = {
    driver: (network, value) => network.driver === value,
    id: (network, value) => network.id.startsWith(value),
    name: (network, value) => network.name.includes(value),
    scope: (_, value) => value === 'local',
    type: (network, value) => value === (BUILTIN.has(network.name) ? 'builtin' : 'custom'),
  };
  const labels = filters['label'] ?? [];
  return (network) =>
    (dangling === undefined || dangling === (!BUILTIN.has(network.name) && !isUsed(backends, network))) &&
    labels.every((wanted) => wanted in network.labels || Object.entries(network.labels).some(([key, value]) => `${key}=${value}` === wanted)) &&
    Object.entries(tests).every(([name, test]) => !filters[name]?.length || filters[name].some((value) => test(network, value)));
}

function list(context: RequestContext, backends: Backends): void {
  const matches = matcher(backends, parseFilters(context.query, FILTERS));
  const found = backends.networks.list().filter(matches);
  sendJson(
    context,
    200,
    found.map((network) => networkJson(network, [])),
  );
}

function inspect(context: RequestContext, { networks }: Backends): void {
  const network = networks.find(nameOf(context));
  sendJson(context, 200, networkJson(network, networks.membersOf(network.id)));
}

async function connect(context: RequestContext, { containers, networks }: Backends): Promise<void> {
  const asked = await readBody(context, networkConnectSchema);
  await containers.connect(asked.Container, networks.find(nameOf(context)).id, asked.EndpointConfig ?? {});
  sendEmpty(context, 200);
}

async function disconnect(context: RequestContext, { containers }: Backends): Promise<void> {
  const asked = await readBody(context, networkDisconnectSchema);
  await containers.disconnect(asked.Container, nameOf(context), { force: asked.Force ?? false });
  sendEmpty(context, 200);
}

/** Those of users that no container has, whether it runs or not. */
async function prune(context: RequestContext, backends: Backends): Promise<void> {
  const { networks, events } = backends;
  const inScope = pruneScope(context, ['label', 'label!', 'until']);
  const deleted: string[] = [];
  for (const network of networks.list()) {
    if (BUILTIN.has(network.name) || !inScope(network.labels, network.createdAt) || isUsed(backends, network)) continue;
    if (await isRemoved(networks, network)) deleted.push(network.name);
  }
  events.publish('network', 'prune', '', { reclaimed: '0' });
  sendJson(context, 200, { NetworksDeleted: deleted.length === 0 ? null : deleted });
}

/** False: taken into use in the meantime. */
async function isRemoved(networks: Pick<NetworkService, 'remove'>, { id }: Network): Promise<boolean> {
  try {
    await networks.remove(id);
    return true;
  } catch (error) {
    if (!isKind(error, 'PermissionDenied', 'NotFound')) throw error;
    return false;
  }
}

export function networkRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/networks', handler: (context) => list(context, backends) },
    { method: 'POST', pattern: '/networks/create', handler: (context) => createNetwork(context, backends) },
    { method: 'POST', pattern: '/networks/prune', handler: (context) => prune(context, backends) },
    { method: 'GET', pattern: '/networks/{name}', handler: (context) => inspect(context, backends) },
    { method: 'POST', pattern: '/networks/{name}/connect', handler: (context) => connect(context, backends) },
    { method: 'POST', pattern: '/networks/{name}/disconnect', handler: (context) => disconnect(context, backends) },
    {
      method: 'DELETE',
      pattern: '/networks/{name}',
      handler: async (context) => {
        await backends.networks.remove(nameOf(context));
        sendEmpty(context, 204);
      },
    },
  ];
}
