import { RequestError } from '../engine/transport.ts';
import type { FakeTransport } from './fake-transport.ts';

const OVERLAP = 'invalid pool request: Pool overlaps with other one on this address space';

/** Two links of a machine; networks stay as they are. */
export function galleryNetworks(): FakeTransport['answers'] {
  return {
    'network.links': () => ({
      links: [
        { name: 'eth0', addresses: ['192.168.7.20/24', 'fe80::5054:ff:fe12:3456/64'] },
        { name: 'wlan0', addresses: ['192.168.8.31/24'] },
      ],
    }),
    'network.create': () => Promise.reject(new RequestError(OVERLAP, 403)),
    'network.connect': () => Promise.reject(new RequestError('Address already in use', 403)),
    'network.remove': ({ ids }) => ({
      results: ids.map((id) => ({ id, failure: { message: `network ${id.slice(0, 12)} has active endpoints`, status: 403 } })),
    }),
    'network.disconnect': ({ containers }) => ({ results: containers.map((id) => ({ id, failure: null })) }),
    'network.inspect': ({ id }) => ({ Id: id, Name: 'shop_default', Driver: 'bridge', IPAM: { Driver: 'default', Config: [{ Subnet: '172.20.0.0/16' }] } }),
  };
}
