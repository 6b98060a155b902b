import { describe, expect, it } from 'vitest';
import type { NftChain } from '../sys/netlink/nftables/chains.ts';
import { diagnose } from './diagnose.ts';
import type { HostFacts } from './host-facts.ts';

const ours: NftChain = { family: 'inet', table: 'slipway0', name: 'forward', hook: 2, priority: 0, policy: 'accept' };
const docker: NftChain = { family: 'ip', table: 'filter', name: 'FORWARD', hook: 2, priority: 0, policy: 'drop' };
const bridge = { name: 'bridge', bridge: 'slipway0', subnets: ['172.29.0.0/16'], internal: false, isUp: true };
const route = { device: 'tun0', isOnLink: false, block: { family: 4, base: 0xac1d0100n, prefixLength: 24 } } as const;
const GIGABYTE = 1e9;

const healthy: HostFacts = {
  chains: [ours],
  table: 'slipway0',
  legacyForwardPolicy: null,
  bridges: [bridge],
  routes: [{ ...route, device: 'slipway0' }],
  forwarding: { ipv4: true, ipv6: false },
  bridgeNetfilter: false,
  isUfwEnabled: false,
  tracked: { count: 10, limit: 1000 },
  cgroupProblems: [],
  launcher: { path: '/x', exists: true },
  disk: { path: '/var/lib/slipway', free: 50 * GIGABYTE, total: 100 * GIGABYTE, freeFiles: 1e6, files: 2e6 },
};

/** The findings that are not all well. */
function problems(facts: Partial<HostFacts>): string[] {
  return diagnose({ ...healthy, ...facts }).flatMap(({ id, status }) => (status === 'ok' ? [] : [`${status} ${id}`]));
}

describe('diagnose', () => {
  it.each<[string, Partial<HostFacts>, string[]]>([
    ['a healthy machine', {}, []],
    ['no nf_tables', { chains: null }, ['error rules']],
    ['flushed rules', { chains: [] }, ['error rules']],
    ['no rules while no network is up', { chains: [], bridges: [{ ...bridge, isUp: false }] }, []],
    ['Docker beside it', { chains: [ours, docker] }, ['warning forward-policy']],
    ['an older iptables that drops', { legacyForwardPolicy: 'DROP' }, ['warning forward-policy']],
    ['an older iptables that accepts', { legacyForwardPolicy: 'ACCEPT' }, []],
    ['a drop that judges no routed packets', { chains: [ours, { ...docker, family: 'bridge' }] }, []],
    ['another engine of ours', { chains: [ours, { ...ours, table: 'slw-1' }] }, []],
    ['no forwarding', { forwarding: { ipv4: false, ipv6: false } }, ['error forwarding']],
    ['no forwarding of IPv6', { bridges: [{ ...bridge, subnets: ['172.29.0.0/16', 'fd00::/64'] }] }, ['error forwarding']],
    ['no forwarding, which nobody needs', { bridges: [{ ...bridge, internal: true }], forwarding: { ipv4: false, ipv6: false } }, []],
    ['br_netfilter alone', { bridgeNetfilter: true }, []],
    ['br_netfilter and a drop', { bridgeNetfilter: true, chains: [ours, docker] }, ['warning forward-policy', 'warning bridge-netfilter']],
    ['a VPN in the subnet', { routes: [route] }, ['error subnets']],
    ['firewalld', { chains: [ours, { ...ours, table: 'firewalld' }] }, ['warning firewalld']],
    ['ufw', { isUfwEnabled: true }, ['warning ufw']],
    ['many connections', { tracked: { count: 950, limit: 1000 } }, ['warning connection-tracking']],
    ['too many connections', { tracked: { count: 1000, limit: 1000 } }, ['error connection-tracking']],
    ['no connection tracking', { tracked: { count: 0, limit: 0 } }, []],
    ['control groups', { cgroupProblems: ['memory is missing'] }, ['warning cgroups']],
    ['no launcher', { launcher: { path: '/x', exists: false } }, ['warning launcher']],
    ['little disk', { disk: { ...healthy.disk, free: 1.5 * GIGABYTE } }, ['warning disk']],
    ['no disk', { disk: { ...healthy.disk, free: 0.1 * GIGABYTE } }, ['error disk']],
    ['no files', { disk: { ...healthy.disk, freeFiles: 10 } }, ['error disk']],
    ['a file system without a count of files', { disk: { ...healthy.disk, freeFiles: 0, files: 0 } }, []],
  ])('%s', (_, facts, expected) => {
    expect(problems(facts)).toEqual(expected);
    for (const { id, code } of diagnose({ ...healthy, ...facts })) expect(code.startsWith(`${id}.`)).toBe(true);
  });

  it('says why and what to do with each problem, the worst first', () => {
    const found = diagnose({ ...healthy, chains: [docker], routes: [route], isUfwEnabled: true, disk: { ...healthy.disk, free: 0 } });
    const bad = found.filter(({ status }) => status !== 'ok');
    expect(bad.map(({ status }) => status)).toEqual(['error', 'error', 'error', 'warning', 'warning']);
    expect(bad.every(({ what, why, fix }) => what !== '' && why !== '' && fix !== '')).toBe(true);
    const policy = found.find(({ id }) => id === 'forward-policy');
    expect(policy?.fix).toBe('iptables -I FORWARD -i slipway0 -j ACCEPT\niptables -I FORWARD -o slipway0 -j ACCEPT');
    expect(found.find(({ id }) => id === 'subnets')?.what).toContain('172.29.0.0/16 of the network bridge and 172.29.1.0/24 behind tun0');
  });

  it('tells what its texts say of this machine as parameters, too', () => {
    const found = diagnose({ ...healthy, chains: [docker], legacyForwardPolicy: 'DROP', routes: [route], disk: { ...healthy.disk, free: 0 } });
    const bad = found.filter(({ status }) => status !== 'ok').map(({ code, params }) => [code, params]);
    expect(bad).toEqual([
      ['rules.flushed', { table: 'slipway0' }],
      ['subnets.overlap', { overlaps: ['172.29.0.0/16 (bridge) = 172.29.1.0/24 (tun0)'] }],
      ['disk.full', { path: '/var/lib/slipway', free: 0, total: 100 * GIGABYTE, files: 1e6 }],
      ['forward-policy.drops', { chains: ['ip filter FORWARD', 'legacy filter FORWARD'] }],
    ]);
  });

  it('names the commands for a chain of nft’s own', () => {
    const [policy] = diagnose({ ...healthy, chains: [ours, { ...docker, family: 'inet', table: 'mine', name: 'fwd' }] });
    expect(policy?.fix).toBe('nft insert rule inet mine fwd iifname slipway0 accept\nnft insert rule inet mine fwd oifname slipway0 accept');
  });
});
