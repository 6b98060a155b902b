import { describe, expect, it } from 'vitest';
import { chooseSubnet, formatSubnet, overlaps, parseAddress, parseRoutes } from './subnet.ts';

const TABLE = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
vpn0\t00001DAC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
`;

describe('parseRoutes', () => {
  it('reads subnets and leaves default routes out', () => {
    expect(parseRoutes(TABLE).map((route) => `${route.device} ${formatSubnet(route)}`)).toEqual(['eth0 192.168.0.0/24', 'vpn0 172.29.0.0/16']);
  });
});

describe('chooseSubnet', () => {
  it('avoids what the host has routes for', () => {
    expect([formatSubnet(chooseSubnet([])), formatSubnet(chooseSubnet(parseRoutes(TABLE)))]).toEqual(['172.29.0.0/16', '172.30.0.0/16']);
  });

  it('says so when every pool is taken', () => {
    expect(() => chooseSubnet([{ base: 0, prefixLength: 0 }])).toThrow('non-overlapping IPv4 address pool');
  });
});

describe('overlaps', () => {
  it('compares by the shorter prefix', () => {
    const subnet = (text: string, prefixLength: number) => ({ base: parseAddress(text), prefixLength });
    expect(overlaps(subnet('10.0.0.0', 8), subnet('10.4.0.0', 16))).toBe(true);
    expect(overlaps(subnet('10.4.0.0', 16), subnet('10.5.0.0', 16))).toBe(false);
  });
});

describe('parseAddress', () => {
  it.each(['1.2.3', '1.2.3.256', '1.2.3.4.5', 'a.b.c.d', '1.2.3.-4'])('refuses %s', (text) => {
    expect(() => parseAddress(text)).toThrow('invalid IPv4 address');
  });
});
