import { EngineError } from '../../base/errors.ts';
import { type NetworkConfig, networkConfigSchema } from '../../formats/docker/network-config.ts';
import type { NetworkRequest } from '../../network/network-service.ts';
import type { ApiBackends } from '../backends.ts';
import { readBody } from '../body.ts';
import type { RequestContext } from '../context.ts';
import { sendJson } from '../reply.ts';

const NO_SWARM = 'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
/** Older forms of fields, as options. */
const LEGACY = { internal: 'com.docker.network.internal', ipv6: 'com.docker.network.enable_ipv6', ipv4: 'com.docker.network.enable_ipv4' } as const;

/** POST /networks/create. */
export async function createNetwork(context: RequestContext, { networks }: Pick<ApiBackends, 'networks'>): Promise<void> {
  const asked = await readBody(context, networkConfigSchema);
  if (asked.Ingress || asked.Scope === 'swarm' || asked.Scope === 'global') throw new EngineError('Unavailable', NO_SWARM);
  if (asked.ConfigOnly || asked.ConfigFrom?.Network)
    throw new EngineError('Unsupported', 'ConfigOnly and ConfigFrom: this engine has no configurations of networks');
  const network = await networks.create(requestOf(asked));
  sendJson(context, 201, { Id: network.id, Warning: '' });
}

function requestOf(asked: NetworkConfig): NetworkRequest {
  const given = asked.Options ?? {};
  const legacy = Object.values<string>(LEGACY);
  const options = Object.fromEntries(Object.entries(given).filter(([name]) => !legacy.includes(name)));
  const isOn = (name: string): boolean | undefined => (given[name] === undefined ? undefined : given[name] !== 'false' && given[name] !== '0');
  return {
    name: asked.Name,
    driver: asked.Driver ?? '',
    internal: asked.Internal || isOn(LEGACY.internal) || false,
    attachable: asked.Attachable ?? false,
    enableIPv4: asked.EnableIPv4 ?? isOn(LEGACY.ipv4) ?? true,
    enableIPv6: asked.EnableIPv6 || isOn(LEGACY.ipv6) || false,
    ipamDriver: asked.IPAM?.Driver ?? '',
    ipamOptions: asked.IPAM?.Options ?? {},
    pools: (asked.IPAM?.Config ?? []).map((pool) => ({
      subnet: pool.Subnet ?? '',
      ipRange: pool.IPRange ?? '',
      gateway: pool.Gateway ?? '',
      auxiliary: pool.AuxiliaryAddresses ?? {},
    })),
    options,
    labels: asked.Labels ?? {},
  };
}
