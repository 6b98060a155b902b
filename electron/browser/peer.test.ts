import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { isOwnUser, ownerOf } from './peer.ts';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1
   2: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20 4 30 10 -1
`;

it("finds the client's user, not the server's", () => {
  expect(ownerOf(TABLE, 50_000, 8080)).toBe(1000);
});

it('knows nobody for a connection that is not in the table', () => {
  expect([ownerOf(TABLE, 50_001, 8080), ownerOf('', 1, 2)]).toEqual([null, null]);
});

it('knows a connection of its own', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  expect(isOwnUser(accepted)).toBe(true);
  client.destroy();
  accepted.destroy();
  expect(isOwnUser({ remotePort: 1, localPort: 2 } as Socket)).toBe(false);
  server.close();
});
