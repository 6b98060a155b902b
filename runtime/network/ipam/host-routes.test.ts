import { describe, expect, it } from 'vitest';
import { formatBlock } from '../../base/cidr.ts';
import { parseIPv6Routes, parseRoutes } from './host-routes.ts';

const text = (routes: ReturnType<typeof parseRoutes>) => routes.map(({ device, block, isOnLink }) => `${device} ${formatBlock(block)} ${isOnLink}`);

describe('routes of the host', () => {
  it('are read from /proc/net/route', () => {
    const table = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t0100A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t0000000A\t0100A8C0\t0003\t0\t0\t0\t000000FF\t0\t0\t0
torn\t00
`;
    expect(text(parseRoutes(table))).toEqual(['docker0 172.17.0.0/16 true', 'eth0 10.0.0.0/8 false']);
    expect(parseRoutes('')).toEqual([]);
  });

  it('are read from /proc/net/ipv6_route', () => {
    const zero = '0'.repeat(32);
    const row = (to: string, length: string, gateway: string, device: string): string =>
      `${to.padEnd(32, '0')} ${length} ${zero} 00 ${gateway.padEnd(32, '0')} 00000100 00000001 00000000 00000001 ${device}\n`;
    const table =
      row('fd12', '40', '', 'br0') +
      row('2001', '10', 'fe80', 'eth0') +
      row('fe80', '40', '', 'eth0') +
      row('ff00', '08', '', 'eth0') +
      row('', '00', '', 'lo');
    expect(text(parseIPv6Routes(table))).toEqual(['br0 fd12::/64 true', 'eth0 2001::/16 false']);
  });
});
