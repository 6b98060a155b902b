import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Backend } from '../backend.ts';

/** Takes the port for a moment, which is the only sure way to know. */
async function take(port: number, protocol: 'tcp' | 'udp', address: string): Promise<void> {
  if (protocol === 'tcp') {
    const server = createServer();
    server.listen({ port, exclusive: true, ...(address !== '' && { host: address }) });
    await once(server, 'listening');
    server.close();
  } else {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind({ port, exclusive: true, ...(address !== '' && { address }) });
    await once(socket, 'listening');
    socket.close();
  }
}

export function hostRequests(): Pick<Backend['requests'], 'host.port'> {
  return {
    async 'host.port'({ port, protocol, address }) {
      try {
        await take(port, protocol, address);
        return { free: true };
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        return { free: code === 'EADDRINUSE' ? false : null };
      }
    },
  };
}
