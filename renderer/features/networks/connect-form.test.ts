import { describe, expect, it } from 'vitest';
import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';
import { checkConnectForm, connectable, EMPTY_CONNECT } from './connect-form.ts';

const container = (name: string, networks: readonly string[]) => ({ id: name.padEnd(64, '0'), name, networks }) as unknown as ContainerRow;
const CONTAINERS = new Map(
  [container('web', ['bridge']), container('db', ['backend']), container('probe', ['host']), container('side', ['container:abc'])].map((row) => [row.id, row]),
);
const NETWORK = {
  id: 'n1',
  name: 'backend',
  subnets: [
    { subnet: '10.20.0.0/24', range: '', gateway: '10.20.0.1' },
    { subnet: 'fd00:20::/64', range: '', gateway: 'fd00:20::1' },
  ],
  members: [{ container: 'db'.padEnd(64, '0'), ipv4: '10.20.0.2', ipv6: 'fd00:20::2', mac: '', names: ['db'] }],
} as unknown as NetworkRow;
const check = (part: Partial<typeof EMPTY_CONNECT>) => checkConnectForm({ ...EMPTY_CONNECT, container: 'web', ...part }, NETWORK, CONTAINERS);

describe('connecting', () => {
  it('takes a container by name or id, with aliases and addresses', () => {
    const id = 'web'.padEnd(64, '0');
    expect(check({ aliases: ' shop, www  shop ', ipv4: '10.20.0.9', ipv6: 'fd00:20::9', mac: '02-42-0A-14-00-09' }).request).toEqual({
      id: 'n1',
      container: id,
      aliases: ['shop', 'www'],
      ipv4: '10.20.0.9',
      ipv6: 'fd00:20::9',
      mac: '02:42:0a:14:00:09',
    });
    expect(check({ container: id.slice(0, 12) }).request?.container).toBe(id);
  });

  it('offers those that can be', () => expect(connectable(NETWORK, CONTAINERS.values()).map(({ name }) => name)).toEqual(['web']));

  it.each([
    ['', 'Choose a container.'],
    ['nobody', 'There is no container of this name.'],
    ['db', 'It is on this network already.'],
    ['probe', 'It uses the network of this machine or of another container, and can be on no other.'],
    ['side', 'It uses the network of this machine or of another container, and can be on no other.'],
  ])('refuses the container %j', (name, error) => expect(check({ container: name }).errors).toEqual({ container: error }));

  it.each([
    ['10.20.1.9', 'In none of the subnets of this network.'],
    ['10.20.0', 'Not an address.'],
    ['fd00:20::9', 'Not an address.'],
    ['10.20.0.1', 'This is the gateway.'],
    ['10.20.0.2', 'db has this address.'],
    ['10.20.0.0', 'The first and the last address of a subnet are no container’s.'],
    ['10.20.0.255', 'The first and the last address of a subnet are no container’s.'],
  ])('refuses the address %s', (ipv4, error) => expect(check({ ipv4 }).errors).toEqual({ ipv4: error }));

  it.each([
    ['02:42:0a:14:00', 'A MAC address looks like 02:42:0a:14:00:09.'],
    ['03:42:0a:14:00:09', 'This one belongs to a group, or to nobody.'],
    ['00:00:00:00:00:00', 'This one belongs to a group, or to nobody.'],
  ])('refuses the MAC address %j', (mac, error) => expect(check({ mac }).errors).toEqual({ mac: error }));

  it('refuses names that no resolver knows', () => expect(check({ aliases: 'ok -no' }).errors?.aliases).toContain('“-no”'));
});
