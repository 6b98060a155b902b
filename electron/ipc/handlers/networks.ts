import { networkInterfaces } from 'node:os';
import { z } from 'zod';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import type { HostLink, NetworkRequest } from '../contract/networks.ts';
import { bulk } from './bulk.ts';

type Names = 'network.create' | 'network.remove' | 'network.inspect' | 'network.connect' | 'network.disconnect' | 'network.links';

const createdSchema = z.looseObject({ Id: z.string() });

export function networkRequests(engine: EngineClient): Pick<Backend['requests'], Names> {
  return {
    'network.create': async (asked) => ({ id: createdSchema.parse(await engine.json('POST', '/networks/create', { json: bodyOf(asked) })).Id }),
    'network.remove': ({ ids }) => bulk(ids, (id) => engine.json('DELETE', enginePath('networks', id))),
    'network.inspect': ({ id }) => engine.json('GET', enginePath('networks', id)),
    'network.connect': async ({ id, container, aliases, ipv4, ipv6, mac }) => {
      const addresses = { ...(ipv4 !== '' && { IPv4Address: ipv4 }), ...(ipv6 !== '' && { IPv6Address: ipv6 }) };
      const endpoint = { Aliases: aliases, ...(Object.keys(addresses).length > 0 && { IPAMConfig: addresses }), ...(mac !== '' && { MacAddress: mac }) };
      await engine.json('POST', enginePath('networks', id, 'connect'), { json: { Container: container, EndpointConfig: endpoint } });
      return null;
    },
    'network.disconnect': ({ id, containers }) =>
      bulk(containers, (container) => engine.json('POST', enginePath('networks', id, 'disconnect'), { json: { Container: container, Force: true } })),
    'network.links': () => Promise.resolve({ links: hostLinks() }),
  };
}

function bodyOf({ name, driver, parent, mode, internal, ipv6, subnets, mtu, labels }: NetworkRequest): object {
  return {
    Name: name,
    Driver: driver,
    Internal: internal,
    EnableIPv6: ipv6,
    IPAM: {
      Config: subnets.map(({ subnet, range, gateway, auxiliary }) => ({
        Subnet: subnet,
        ...(range !== '' && { IPRange: range }),
        ...(gateway !== '' && { Gateway: gateway }),
        ...(Object.keys(auxiliary).length > 0 && { AuxiliaryAddresses: auxiliary }),
      })),
    },
    Options: {
      ...(driver !== 'bridge' && parent !== '' && { parent }),
      ...(driver !== 'bridge' && mode !== '' && { [`${driver}_mode`]: mode }),
      ...(mtu > 0 && { 'com.docker.network.driver.mtu': String(mtu) }),
    },
    Labels: labels,
  };
}

/** Those that are up, without the loopback and without the engine's own ends of containers' links. */
function hostLinks(): HostLink[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    name.startsWith('veth') || addresses.every(({ internal }) => internal) ? [] : [{ name, addresses: addresses.flatMap(({ cidr }) => cidr ?? []) }],
  );
}
