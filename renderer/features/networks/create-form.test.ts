import { describe, expect, it } from 'vitest';
import type { NetworkRow } from '../../../runtime/api/types/feed.ts';
import { checkNetworkForm, EMPTY_FORM, earlyErrors, type NetworkForm, type SubnetRow } from './create-form.ts';

const taken = { name: 'shop_default', subnets: [{ subnet: '172.20.0.0/16', range: '', gateway: '172.20.0.1' }] } as unknown as NetworkRow;
const AROUND = { networks: [taken], links: [{ name: 'eth0', addresses: ['192.168.7.20/24', 'fe80::1/64'] }] };
const row = (part: Partial<SubnetRow>, key = 1): SubnetRow => ({ key, subnet: '', range: '', gateway: '', ...part });
const check = (part: Partial<NetworkForm>) => checkNetworkForm({ ...EMPTY_FORM, name: 'backend', ...part }, AROUND);
const subnet = (text: string, more: Partial<NetworkForm> = {}) => check({ subnets: [row({ subnet: text })], ...more }).errors?.['subnet.1'];

describe('a network', () => {
  it('needs a name and nothing else', () => {
    expect(check({}).request).toEqual({
      name: 'backend',
      driver: 'bridge',
      parent: '',
      mode: '',
      internal: false,
      ipv6: false,
      subnets: [],
      mtu: 0,
      labels: {},
    });
    expect(check({ name: '' }).errors?.name).toBe('A name is needed.');
  });

  it.each([
    ['default', 'This name belongs to the engine.'],
    ['host', 'This name belongs to the engine.'],
    ['shop_default', 'A network of this name exists.'],
    ['a/b', 'At most 128 characters, without “/” and without blanks at its ends.'],
    [' back', 'At most 128 characters, without “/” and without blanks at its ends.'],
    ['x'.repeat(129), 'At most 128 characters, without “/” and without blanks at its ends.'],
  ])('is not named %s', (name, error) => expect(check({ name }).errors?.name).toBe(error));

  it('has an MTU that the kernel takes, and labels with names of their own', () => {
    expect(check({ mtu: '9000' }).request?.mtu).toBe(9000);
    for (const mtu of ['0', '67', '65536', '1.5', 'x']) expect(check({ mtu }).errors?.mtu, mtu).toBeDefined();
    const labels = [
      { key: 1, name: 'a', value: '1' },
      { key: 2, name: 'a', value: '2' },
      { key: 3, name: '', value: '3' },
      { key: 4, name: '', value: '' },
    ];
    expect(Object.keys(check({ labels }).errors ?? {})).toEqual(['label.2', 'label.3']);
    expect(check({ labels: labels.slice(0, 1) }).request?.labels).toEqual({ a: '1' });
  });

  it('stands on a link of this machine, or on a VLAN of one', () => {
    for (const parent of ['', 'eth0', 'eth0.50']) expect(check({ driver: 'macvlan', parent }).errors, parent).toBeNull();
    for (const parent of ['eth1', 'eth0.0', 'eth0.5000', 'eth1.5', 'a link', 'x'.repeat(16)])
      expect(check({ driver: 'ipvlan', parent }).errors?.parent).toBeDefined();
    expect(check({ driver: 'bridge', parent: 'nothing' }).request?.parent).toBe('');
  });
});

describe('a subnet', () => {
  it.each([
    ['10.20.0.0/16', undefined],
    ['10.20.0.0', 'A subnet looks like 10.20.0.0/16 or fd00:20::/64.'],
    ['10.20.3.4/16', 'It should be 10.20.0.0/16.'],
    ['0.0.0.0/0', 'A subnet cannot be every address.'],
    ['127.5.0.0/16', 'Loopback and multicast addresses belong to no container.'],
    ['172.20.128.0/24', 'Overlaps with the network shop_default.'],
    ['192.168.7.0/25', 'This machine reaches addresses of it by eth0.'],
    ['fd00:20::/64', 'Turn IPv6 on for it.'],
  ])('%s: %s', (text, error) => expect(subnet(text)).toBe(error));

  it('of IPv6 is taken where IPv6 is on, and of the parent where it is meant to be', () => {
    expect(subnet('fd00:20::/64', { ipv6: true })).toBeUndefined();
    expect(subnet('192.168.7.0/24', { driver: 'macvlan' })).toBeUndefined();
  });

  it('does not meet another one of the same form', () => {
    const subnets = [row({ subnet: '10.1.0.0/16' }), row({ subnet: '10.1.2.0/24' }, 2)];
    expect(check({ subnets }).errors).toEqual({ 'subnet.2': 'Overlaps with another one here.' });
  });

  it('holds its range and its gateway', () => {
    const errors = (part: Partial<SubnetRow>) => check({ subnets: [row({ subnet: '10.20.0.0/16', ...part })] }).errors;
    expect(errors({ range: '10.20.8.0/24', gateway: '10.20.255.254' })).toBeNull();
    expect(errors({ range: '10.20.8.0' })).toEqual({ 'range.1': 'A part of the subnet, such as 10.20.8.0/24.' });
    expect(errors({ range: '10.20.8.1/24' })).toEqual({ 'range.1': 'It should be 10.20.8.0/24.' });
    expect(errors({ range: '10.0.0.0/8' })).toEqual({ 'range.1': 'Not a part of the subnet.' });
    expect(errors({ range: '10.21.8.0/24' })).toEqual({ 'range.1': 'Not a part of the subnet.' });
    expect(errors({ gateway: '10.21.0.1' })).toEqual({ 'gateway.1': 'Outside of the subnet.' });
    expect(errors({ gateway: 'router' })).toEqual({ 'gateway.1': 'Not an address.' });
  });

  it('is needed where there is a gateway; a row without anything is none', () => {
    expect(check({ subnets: [row({ gateway: '10.1.0.1' })] }).errors).toEqual({ 'subnet.1': 'A subnet is needed.' });
    expect(check({ subnets: [row({})] }).request?.subnets).toEqual([]);
  });
});

describe('macvlan and ipvlan', () => {
  it('have a mode of their own, a bridge has none', () => {
    expect(check({ driver: 'macvlan', mode: 'private' }).request?.mode).toBe('private');
    expect(check({ driver: 'bridge', mode: 'private' }).request?.mode).toBe('');
  });
});

describe('reserved addresses', () => {
  const subnets = [row({ subnet: '10.1.0.0/16' }), row({ subnet: 'fd00:1::/64' }, 2)];
  const reserve = (...pairs: readonly (readonly [string, string])[]) =>
    check({ ipv6: true, subnets, reserved: pairs.map(([name, value], key) => ({ key, name, value })) });

  it('go to the subnet that has them', () => {
    expect(reserve(['router', '10.1.0.9'], ['six', ' fd00:1::9 '], ['', '']).request?.subnets.map(({ auxiliary }) => auxiliary)).toEqual([
      { router: '10.1.0.9' },
      { six: 'fd00:1::9' },
    ]);
  });

  it.each([
    ['', '10.1.0.9', 'A reserved address needs a name.'],
    ['a', '10.1', 'Not an address.'],
    ['a', '10.2.0.9', 'In none of the subnets above.'],
  ])('%j %j: %s', (name, value, error) => expect(reserve([name, value]).errors).toEqual({ 'reserved.0': error }));

  it('have names of their own', () => expect(reserve(['a', '10.1.0.9'], ['a', '10.1.0.8']).errors).toEqual({ 'reserved.1': 'This name is there twice.' }));
});

it('tells early only of what was written', () => {
  const form: NetworkForm = { ...EMPTY_FORM, subnets: [row({ gateway: '10.1.0.1' }), row({ subnet: '10.1' }, 2)], mtu: '1' };
  const { errors } = checkNetworkForm(form, AROUND);
  expect(Object.keys(earlyErrors(form, errors ?? {})).sort()).toEqual(['mtu', 'subnet.2']);
});
