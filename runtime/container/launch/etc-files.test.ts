import { describe, expect, it } from 'vitest';
import type { HostConfig } from '../../formats/docker/container-config.ts';
import { ANY_PLACE, NO_PLACE } from '../../network/endpoint/endpoint-values.ts';
import type { ContainerEndpoint } from '../../network/network-service.ts';
import { specOf } from '../spec/spec.ts';
import { hostsFile, resolvConf } from './etc-files.ts';

const spec = (host: HostConfig = {}) =>
  specOf('ab'.repeat(32), { Image: 'x', Cmd: ['x'], Hostname: 'web', Domainname: 'lan' }, host, { hostname: 'desk', cpus: 1 });
const endpoint = (network: string, change: Partial<ContainerEndpoint['facts']>): ContainerEndpoint => ({
  network,
  networkId: '',
  settings: ANY_PLACE,
  facts: { ...NO_PLACE, ...change },
});
const network = [endpoint('bridge', { ipAddress: '172.17.0.2', prefixLength: 16, gateway: '172.17.0.1' })];

describe('hostsFile', () => {
  it('names localhost, what was added and the container itself', () => {
    const text = hostsFile(spec(), ['db:10.0.0.1', 'six=[::2]', 'up:host-gateway'], network);
    expect(text).toMatch(/^127\.0\.0\.1\tlocalhost\n/);
    expect(text.endsWith('10.0.0.1\tdb\n::2\tsix\n172.17.0.1\tup\n172.17.0.2\tweb.lan web\n')).toBe(true);
  });

  it('names the container at all of its addresses, and the host by the gateway of the default route', () => {
    const more = [...network, endpoint('aaa', { ipAddress: '10.0.0.2', globalIPv6Address: 'fd00::2', gateway: '10.0.0.1' })];
    const text = hostsFile(spec(), ['up:host-gateway'], more);
    expect(text.endsWith('10.0.0.1\tup\n172.17.0.2\tweb.lan web\n10.0.0.2\tweb.lan web\nfd00::2\tweb.lan web\n')).toBe(true);
  });

  it('takes the loopback for a host that cannot be reached', () => {
    expect(hostsFile(spec(), ['up:host-gateway'], [endpoint('inner', { ipAddress: '10.0.0.2' })])).toContain('127.0.0.1\tup\n');
  });

  it('refuses what is no host', () => {
    expect(() => hostsFile(spec(), ['db'], network)).toThrow('bad format for add-host: "db"');
    expect(() => hostsFile(spec(), ['a b:1.2.3.4'], network)).toThrow('bad format for add-host: "a b:1.2.3.4"');
  });
});

describe('resolvConf', () => {
  const host = '# note\nnameserver 127.0.0.53\nnameserver 10.0.0.1\nsearch a.test b.test\noptions ndots:2\n';

  it('takes what is reachable from the container', () => {
    expect(resolvConf(host, {}, 'none')).toBe('nameserver 10.0.0.1\nsearch a.test b.test\noptions ndots:2\n');
    expect(resolvConf(host, {}, 'host')).toContain('nameserver 127.0.0.53\n');
    expect(resolvConf('nameserver 127.0.0.53\n', {}, 'none')).toBe('nameserver 8.8.8.8\nnameserver 8.8.4.4\n');
  });

  it('names the resolver of networks with names', () => {
    expect(resolvConf(host, { Dns: ['9.9.9.9'] }, 'own')).toBe('nameserver 127.0.0.11\nsearch a.test b.test\noptions ndots:2\n');
    expect(resolvConf('nameserver 10.0.0.1\n', { DnsOptions: ['rotate'] }, 'own')).toBe('nameserver 127.0.0.11\noptions rotate ndots:0\n');
  });

  it('takes what was given instead', () => {
    expect(resolvConf(host, { Dns: ['9.9.9.9'], DnsSearch: ['.'], DnsOptions: ['rotate'] }, 'none')).toBe('nameserver 9.9.9.9\noptions rotate\n');
  });
});
