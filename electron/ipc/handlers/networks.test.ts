import { expect, it } from 'vitest';
import { bodyOf, fakeEngine, json } from '../../testkit/fake-engine.ts';
import type { NetworkRequest } from '../contract/networks.ts';
import { networkRequests } from './networks.ts';

const NETWORK: NetworkRequest = { name: 'backend', driver: 'bridge', parent: 'eth0', mode: '', internal: false, ipv6: false, subnets: [], mtu: 0, labels: {} };

it('leaves to the engine what was left open', async () => {
  const bodies: unknown[] = [];
  await using engine = await fakeEngine({
    'POST /networks/create': async (request, response) => {
      bodies.push(JSON.parse((await bodyOf(request)).toString()));
      response.writeHead(201).end('{"Id":"abc","Warning":""}');
    },
  });
  const requests = networkRequests(engine.client);
  expect(await requests['network.create'](NETWORK)).toEqual({ id: 'abc' });
  const subnets = [{ subnet: '10.1.0.0/16', range: '10.1.8.0/24', gateway: '', auxiliary: { router: '10.1.0.9' } }];
  await requests['network.create']({ ...NETWORK, driver: 'macvlan', mode: 'private', internal: true, ipv6: true, subnets, mtu: 9000, labels: { a: 'b' } });
  expect(bodies).toEqual([
    { Name: 'backend', Driver: 'bridge', Internal: false, EnableIPv6: false, IPAM: { Config: [] }, Options: {}, Labels: {} },
    {
      Name: 'backend',
      Driver: 'macvlan',
      Internal: true,
      EnableIPv6: true,
      IPAM: { Config: [{ Subnet: '10.1.0.0/16', IPRange: '10.1.8.0/24', AuxiliaryAddresses: { router: '10.1.0.9' } }] },
      Options: { parent: 'eth0', macvlan_mode: 'private', 'com.docker.network.driver.mtu': '9000' },
      Labels: { a: 'b' },
    },
  ]);
});

it('connects with the addresses that were given, and disconnects each by itself', async () => {
  const bodies: unknown[] = [];
  await using engine = await fakeEngine({
    'POST /networks/n1/connect': async (request, response) => {
      bodies.push(JSON.parse((await bodyOf(request)).toString()));
      response.writeHead(200).end();
    },
    'POST /networks/n1/disconnect': json({ message: 'container c1 is not connected to network n1' }, 403),
  });
  const requests = networkRequests(engine.client);
  const plain = { id: 'n1', container: 'c1', aliases: [], ipv4: '', ipv6: '', mac: '' };
  await requests['network.connect'](plain);
  await requests['network.connect']({ ...plain, aliases: ['db'], ipv4: '10.1.0.9', mac: '02:42:0a:01:00:09' });
  expect(bodies).toEqual([
    { Container: 'c1', EndpointConfig: { Aliases: [] } },
    { Container: 'c1', EndpointConfig: { Aliases: ['db'], IPAMConfig: { IPv4Address: '10.1.0.9' }, MacAddress: '02:42:0a:01:00:09' } },
  ]);
  expect(await requests['network.disconnect']({ id: 'n1', containers: ['c1'] })).toEqual({
    results: [{ id: 'c1', failure: { message: 'container c1 is not connected to network n1', status: 403 } }],
  });
});
