import { expect, it } from 'vitest';
import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';
import { bestName, leavesMachine, reachOf } from './reach.ts';

const network = (name: string, members: readonly string[], more: Partial<NetworkRow> = {}) =>
  ({
    id: name,
    name,
    driver: 'bridge',
    internal: false,
    options: {},
    members: members.map((container, index) => ({ container, ipv4: `10.0.0.${index + 2}`, ipv6: '', mac: '', names: ['0123456789ab', container] })),
    ...more,
  }) as unknown as NetworkRow;

it('reaches those that are on a network with it, by every way there is', () => {
  const reached = reachOf('web', [network('front', ['web', 'proxy']), network('back', ['web', 'db', 'proxy']), network('other', ['db', 'mail'])]);
  expect([...reached.keys()]).toEqual(['proxy', 'db']);
  expect(reached.get('proxy')?.map((way) => way.network.name)).toEqual(['front', 'back']);
  expect(reached.get('db')?.map(bestName)).toEqual(['db']);
});

it('reaches nobody where the network says so, or when it does not run', () => {
  const icc = { 'com.docker.network.bridge.enable_icc': 'false' };
  expect(reachOf('web', [network('a', ['web', 'db'], { options: icc })]).size).toBe(0);
  expect(reachOf('web', [network('a', ['web', 'db'], { driver: 'macvlan', options: { macvlan_mode: 'private' } })]).size).toBe(0);
  expect(reachOf('web', [network('a', ['web', 'db'], { driver: 'macvlan' })]).size).toBe(1);
  expect(reachOf('stopped', [network('a', ['web', 'db'])]).size).toBe(0);
});

it('leaves this machine by a network that is not internal', () => {
  const row = (networks: readonly string[]) => ({ networks }) as unknown as ContainerRow;
  const networks = [network('open', []), network('closed', [], { internal: true }), network('none', [], { driver: 'null' })];
  expect(leavesMachine(row(['open', 'closed']), networks)).toBe(true);
  expect(leavesMachine(row(['closed']), networks)).toBe(false);
  expect(leavesMachine(row(['none']), networks)).toBe(false);
});
