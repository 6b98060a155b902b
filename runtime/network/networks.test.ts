import { describe, expect, it } from 'vitest';
import { EventBus } from '../base/events.ts';
import { testNetworks } from '../testkit/test-networks.ts';
import { ANY_PLACE, NO_PLACE } from './endpoint/endpoint-values.ts';
import { gatewaysOf } from './endpoint/gateway-order.ts';
import type { ContainerEndpoint, EndpointSettings, NetworkRequest } from './network-service.ts';

const REQUEST: NetworkRequest = {
  name: 'web',
  driver: '',
  internal: false,
  attachable: false,
  enableIPv4: true,
  enableIPv6: false,
  ipamDriver: '',
  ipamOptions: {},
  pools: [],
  options: {},
  labels: {},
};
const endpoint = (network: string, settings: Partial<EndpointSettings> = {}): ContainerEndpoint => ({
  network,
  networkId: '',
  settings: { ...ANY_PLACE, ...settings },
  facts: NO_PLACE,
});
const container = (...networks: ContainerEndpoint[]) => ({ id: 'c'.repeat(64), name: 'c', hostname: '', networks });

function open() {
  const rules: string[] = [];
  const events = new EventBus(() => 1n);
  return { networks: testNetworks({ events, onRule: (rule) => rules.push(rule) }), rules, events };
}

describe('Networks', () => {
  it('give each network of a container an address and a slot, and take all of it back', async () => {
    const { networks, rules } = open();
    await networks.create(REQUEST);
    await networks.create({ ...REQUEST, name: 'data', enableIPv6: true });
    const { networks: placed, outside } = await networks.connect(container(endpoint('web'), endpoint('data')), []);
    expect(placed.map(({ facts }) => [facts.interfaceName, facts.ipAddress, facts.globalIPv6Address])).toEqual([
      ['eth0', '172.18.0.2', ''],
      ['eth1', '172.19.0.2', 'fd12:3456:7890::2'],
    ]);
    expect(outside).toHaveLength(2);
    expect(networks.membersOf(networks.find('web').id)).toMatchObject([{ name: 'c' }]);
    await expect(networks.remove('web')).rejects.toThrow('has active endpoints');
    await networks.release('c'.repeat(64), false);
    expect(networks.membersOf(networks.find('web').id)).toEqual([]);
    expect(rules.filter((rule) => rule === '- endpoint')).toHaveLength(2);
    await networks.remove('web');
  });

  it('give nothing where one of several networks cannot be had', async () => {
    const { networks, events } = open();
    await networks.create({ ...REQUEST, pools: [{ subnet: '10.0.0.0/30', ipRange: '', gateway: '', auxiliary: {} }] });
    await expect(networks.connect(container(endpoint('web'), endpoint('gone')), [])).rejects.toThrow('network gone not found');
    const { networks: placed } = await networks.connect({ ...container(endpoint('web')), id: 'd'.repeat(64) }, []);
    expect(placed[0]?.facts.ipAddress, 'the only one was given back').toBe('10.0.0.2');
    expect(events.past().map(({ action }) => action)).toEqual(['create', 'connect']);
  });

  it('attach in the first free slot, and detach', async () => {
    const { networks } = open();
    await networks.create(REQUEST);
    await networks.create({ ...REQUEST, name: 'data' });
    const { networks: placed } = await networks.connect(container(endpoint('web'), endpoint('data')), []);
    const left = placed.slice(1);
    await networks.detach(container(...placed), placed[0]?.networkId ?? '');
    const { endpoint: again } = networks.attach(container(...left), endpoint('web'));
    expect([again.facts.slot, again.facts.interfaceName]).toEqual([0, 'eth0']);
  });

  it('know a container again that an earlier engine has started', async () => {
    const { networks, rules } = open();
    await networks.create(REQUEST);
    const { networks: placed } = await networks.connect(container(endpoint('web')), []);
    await networks.release('c'.repeat(64), false);
    await networks.restore(container(...placed), []);
    networks.settle();
    expect(rules.at(-1)).toBe('reset 1 1');
    const second = await networks.connect({ ...container(endpoint('web', { ipv4Address: '' })), id: 'd'.repeat(64) }, []);
    expect(second.networks[0]?.facts.ipAddress).toBe('172.18.0.3');
  });
});

describe('the default route', () => {
  const placed = (network: string, gateway: string, ipv6Gateway: string, gatewayPriority = 0): ContainerEndpoint => ({
    ...endpoint(network, { gatewayPriority }),
    facts: { ...NO_PLACE, gateway, ipv6Gateway },
  });

  it.each([
    ['by name', [placed('b', '1.0.0.1', ''), placed('a', '2.0.0.1', '')], 'a', undefined],
    ['by priority', [placed('b', '1.0.0.1', '', 1), placed('a', '2.0.0.1', '')], 'b', undefined],
    ['by negative priority', [placed('b', '1.0.0.1', ''), placed('a', '2.0.0.1', '', -1)], 'b', undefined],
    ['where there is a gateway', [placed('b', '1.0.0.1', ''), placed('a', '', '', 9)], 'b', undefined],
    ['for each family', [placed('b', '1.0.0.1', 'fd00::1'), placed('a', '2.0.0.1', '')], 'a', 'b'],
    ['nowhere', [placed('a', '', '')], undefined, undefined],
  ])('goes %s', (_what, networks, ipv4, ipv6) => {
    const found = gatewaysOf(networks);
    expect([found.ipv4?.network, found.ipv6?.network]).toEqual([ipv4, ipv6]);
  });
});
