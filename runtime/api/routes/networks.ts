import { EngineError } from '../../base/errors.ts';
import { rfc3339Nano } from '../../base/timestamps.ts';
import type { NetworkFacts } from '../../network/network-service.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute } from '../context.ts';
import { type Filters, parseFilters } from '../filters.ts';
import { BUILTIN_NETWORKS, networkNameOf } from '../network-identity.ts';
import { sendJson } from '../reply.ts';

type Backends = Pick<ApiBackends, 'containers' | 'networks'>;

const FILTERS = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'];

function membersJson({ containers }: Backends, name: string): object {
  const members = containers.list({ all: false, filters: {} }).filter((one) => networkNameOf(one.network.mode) === name);
  return Object.fromEntries(
    members.map((one) => [
      one.id,
      {
        Name: one.name,
        EndpointID: one.id,
        MacAddress: one.network.macAddress,
        IPv4Address: one.network.ipAddress === '' ? '' : `${one.network.ipAddress}/${one.network.prefixLength}`,
        IPv6Address: '',
      },
    ]),
  );
}

function networkJson(network: NetworkFacts, members: object): object {
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339Nano(network.createdAt),
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: { Driver: 'default', Options: null, Config: network.subnets.map((one) => ({ Subnet: one.subnet, Gateway: one.gateway })) },
    Internal: network.internal,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: members,
    Options: network.options,
    Labels: network.labels,
  };
}

function matches(network: NetworkFacts, filters: Filters): boolean {
  const builtin = BUILTIN_NETWORKS.some((one) => one.name === network.name);
  const tests: Readonly<Record<string, (value: string) => boolean>> = {
    driver: (value) => network.driver === value,
    id: (value) => network.id.startsWith(value),
    name: (value) => network.name.includes(value),
    scope: (value) => value === 'local',
    type: (value) => value === (builtin ? 'builtin' : 'custom'),
    label: (value) => value in network.labels || Object.entries(network.labels).some(([key, one]) => `${key}=${one}` === value),
    dangling: (value) => (value === 'false' || value === '0') === builtin,
  };
  return Object.entries(filters).every(([name, values]) => values.length === 0 || values.some((value) => tests[name]?.(value) ?? false));
}

export function networkRoutes(backends: Backends): readonly ApiRoute[] {
  const all = (): readonly NetworkFacts[] => backends.networks?.list() ?? BUILTIN_NETWORKS;
  return [
    {
      method: 'GET',
      pattern: '/networks',
      handler: (context) => {
        const filters = parseFilters(context.query, FILTERS);
        sendJson(
          context,
          200,
          all()
            .filter((one) => matches(one, filters))
            .map((one) => networkJson(one, {})),
        );
      },
    },
    {
      method: 'GET',
      pattern: '/networks/{name}',
      handler: (context) => {
        const name = context.params['name'] ?? '';
        const found = all().find((one) => one.name === name || one.id === name) ?? all().find((one) => one.id.startsWith(name));
        if (!found) throw new EngineError('NotFound', `network ${name} not found`);
        sendJson(context, 200, networkJson(found, membersJson(backends, found.name)));
      },
    },
  ];
}
