import { describe, expect, it } from 'vitest';
import { publishedPorts } from './ports.ts';

const port = (host: number | null, container: number, address = '0.0.0.0', protocol = 'tcp') => ({ host, container, address, protocol });

describe('publishedPorts', () => {
  it('are told once for both families, by number', () => {
    expect(publishedPorts({ ports: [port(8080, 80), port(8080, 80, '::'), port(443, 443), port(null, 9000)] })).toEqual([
      { host: 443, container: 443, protocol: 'tcp', url: 'https://localhost:443' },
      { host: 8080, container: 80, protocol: 'tcp', url: 'http://localhost:8080' },
    ]);
  });
  it('have no link where a browser would not get there', () => {
    expect(publishedPorts({ ports: [port(53, 53, '0.0.0.0', 'udp'), port(81, 80, '192.168.1.4')] }).map(({ url }) => url)).toEqual(['', '']);
  });
});
