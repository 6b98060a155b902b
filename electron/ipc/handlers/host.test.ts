import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { hostRequests } from './host.ts';

const ask = hostRequests()['host.port'];

it('tells whether a port is taken, and leaves it as it was', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = { port, protocol: 'tcp' as const, address: '127.0.0.1' };
  expect(await ask(asked)).toEqual({ free: false });
  server.close();
  await once(server, 'close');
  expect([await ask(asked), await ask(asked)]).toEqual([{ free: true }, { free: true }]);
  expect(await ask({ ...asked, protocol: 'udp' })).toEqual({ free: true });
});

it('does not know of addresses that are not of this machine', async () => {
  expect(await ask({ port: 4000, protocol: 'tcp', address: '203.0.113.7' })).toEqual({ free: null });
});
