import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { CLONE } from '../../sys/constants.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import type { FirewallEndpoint, FirewallNetwork, FirewallPort } from './firewall.ts';
import { NftFirewall } from './nft-firewall.ts';

const syscalls = createLinuxSyscalls();
const network: FirewallNetwork = {
  id: 'n1',
  bridge: 'br-one',
  subnets: ['10.9.0.0/24', 'fd00:9::/64'],
  internal: false,
  interContainer: true,
  masquerade: true,
};
const other: FirewallNetwork = { ...network, id: 'n2', bridge: 'br-two', interContainer: false };
const sealed: FirewallNetwork = { ...network, id: 'n3', bridge: 'br-three', internal: true };

function firewall(isOurs = false, closedPorts: readonly number[] = []): NftFirewall {
  return new NftFirewall({ syscalls, table: 'slipway', closedPorts, forwarding: { isOurs, enableFor: () => false }, connections: { forget: () => undefined } });
}

function endpoint(containerId: string, ...ports: readonly Partial<FirewallPort>[]): FirewallEndpoint {
  const plain = { protocol: 'tcp', hostAddress: '', hostPort: 8080, containerAddress: '10.9.0.2', containerPort: 80 } as const;
  return { containerId, networkId: 'n1', addresses: ['10.9.0.2'], ports: ports.map((port) => ({ ...plain, ...port })) };
}

function nft(...args: readonly string[]): string {
  return execFileSync('nft', args, { encoding: 'utf8' });
}

function elements(name: string): string[] {
  const text = nft('-nn', 'list', /\d$/.test(name) ? 'map' : 'set', 'inet', 'slipway', name);
  const list = /elements = \{([^}]*)\}/.exec(text)?.[1] ?? '';
  return list
    .split(',')
    .map((element) => element.trim().replaceAll(/\s+/g, ' '))
    .filter((element) => element !== '')
    .sort();
}

// A network namespace of this process's own: the machine's rules are never touched.
beforeAll(() => syscalls.unshare(CLONE.NEWNET));
beforeEach(() => void nft('flush', 'ruleset'));

it('makes the table as nft makes it from rules.nft', () => {
  nft('-f', join(import.meta.dirname, 'rules.nft'));
  const wanted = nft('list', 'ruleset');
  nft('flush', 'ruleset');
  using made = firewall(true, [2376]);
  made.reset(
    [network],
    [
      endpoint(
        'c1',
        {},
        { protocol: 'udp', hostAddress: '::', hostPort: 53, containerAddress: 'fd00:9::2', containerPort: 5353 },
        { protocol: 'sctp', hostAddress: '192.0.2.1', hostPort: 9000, containerPort: 9001 },
        { hostAddress: '2001:db8::1', hostPort: 443, containerAddress: 'fd00:9::2', containerPort: 8443 },
      ),
    ],
  );
  expect(nft('list', 'ruleset')).toBe(wanted);
});

it('replaces what an earlier engine left and touches no other table', () => {
  nft('add table inet beside');
  nft('add table inet slipway');
  nft('add chain inet slipway left');
  using first = firewall();
  first.reset([network, other], [endpoint('c1', {})]);
  const before = nft('list', 'ruleset');
  expect(before).not.toContain('left');
  using second = firewall();
  second.reset([network, other], [endpoint('c1', {})]);
  expect(nft('list', 'ruleset')).toBe(before);
  second.clear();
  second.clear();
  expect(nft('list', 'tables').trim()).toBe('table inet beside');
});

it('knows networks by what they may', () => {
  using made = firewall();
  made.addNetwork(network);
  made.addNetwork(other);
  made.addNetwork(sealed);
  expect(elements('bridges')).toEqual(['"br-one"', '"br-three"', '"br-two"']);
  expect(elements('internal')).toEqual(['"br-three"']);
  expect(elements('outbound')).toEqual(['"br-one"', '"br-two"']);
  expect(elements('between')).toEqual(['"br-one" . "br-one"', '"br-three" . "br-three"']);
  made.addNetwork({ ...other, masquerade: false });
  expect(elements('outbound')).toEqual(['"br-one"']);
  made.removeNetwork('n3');
  made.removeNetwork('n3');
  expect(elements('bridges')).toEqual(['"br-one"', '"br-two"']);
  expect(elements('internal')).toEqual([]);
});

it('adds and removes the ports of a container, again as well', () => {
  using made = firewall();
  made.reset([network], []);
  made.addEndpoint(endpoint('c1', {}, { hostPort: 8081 }));
  made.addEndpoint(endpoint('c1', {}, { hostPort: 8081 }));
  made.addEndpoint(endpoint('c2', { hostPort: 9000, containerAddress: '10.9.0.3' }));
  expect(elements('any4')).toEqual(['6 . 8080 : 10.9.0.2 . 80', '6 . 8081 : 10.9.0.2 . 80', '6 . 9000 : 10.9.0.3 . 80']);
  made.addEndpoint(endpoint('c1', { containerAddress: '10.9.0.7' }));
  expect(elements('any4')).toEqual(['6 . 8080 : 10.9.0.7 . 80', '6 . 9000 : 10.9.0.3 . 80']);
  made.removeEndpoint('c1', 'n1');
  made.removeEndpoint('c1', 'n1');
  expect(elements('any4')).toEqual(['6 . 9000 : 10.9.0.3 . 80']);
});

it('leaves to the proxy what it alone can serve', () => {
  using made = firewall();
  const alone = [{ hostAddress: '127.0.0.1' }, { hostAddress: '127.9.9.9' }, { hostAddress: '::1', containerAddress: 'fd00:9::2' }, { hostAddress: '::' }];
  made.reset([network], [endpoint('c1', ...alone)]);
  expect(['any4', 'any6', 'bound4', 'bound6'].flatMap(elements)).toEqual([]);
});

it('publishes nothing of an internal network', () => {
  using made = firewall();
  made.reset([{ ...network, internal: true }], [endpoint('c1', {})]);
  expect(elements('any4')).toEqual([]);
});

it('makes everything anew when others have flushed the rules', () => {
  using made = firewall();
  made.reset([network], [endpoint('c1', {})]);
  nft('flush', 'ruleset');
  made.addEndpoint(endpoint('c2', { hostPort: 9000 }));
  expect(elements('any4')).toEqual(['6 . 8080 : 10.9.0.2 . 80', '6 . 9000 : 10.9.0.2 . 80']);
  nft('flush', 'ruleset');
  made.removeEndpoint('c2', 'n1');
  expect(elements('any4')).toEqual(['6 . 8080 : 10.9.0.2 . 80']);
});

it('takes thousands of ports in one transaction', () => {
  using made = firewall();
  made.reset([network], [endpoint('c1', ...Array.from({ length: 5000 }, (_, index) => ({ hostPort: 10_000 + index })))]);
  expect(elements('any4')).toHaveLength(5000);
});

it('names the step that the kernel refused', () => {
  using made = firewall();
  const long = { ...network, bridge: 'br-one' };
  made.reset([long], []);
  const both = [endpoint('c1', {}), endpoint('c2', { containerAddress: '10.9.0.3' })];
  expect(() => made.reset([long], both)).toThrow(/nf_tables: adding to any4: (EBUSY|EEXIST)/);
  expect(elements('bridges'), 'nothing of a refused transaction holds').toEqual(['"br-one"']);
});
