import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Servers of a test, one for each argument `kind:port`; prints `ready` when all listen. `tcp` and `udp` send back what they get, `who` and
 * `who-udp` the address that asks, `zeros` 64 MiB.
 */
const ZEROS = Buffer.alloc(64 * 1024 * 1024);

for (const argument of process.argv.slice(2)) {
  const [kind = '', text = ''] = argument.split(':');
  const port = Number(text);
  if (kind.endsWith('udp')) {
    const socket = createSocket({ type: 'udp6' });
    socket.on('message', (message, { address, port: from }) => socket.send(kind === 'udp' ? message : plain(address), from, address));
    await once(socket.bind(port), 'listening');
    continue;
  }
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    if (kind === 'tcp') socket.pipe(socket);
    else socket.end(kind === 'zeros' ? ZEROS : plain(socket.remoteAddress ?? ''));
  });
  await once(server.listen(port, '::'), 'listening');
}
process.stdout.write('ready\n');

function plain(address: string): string {
  return address.replace('::ffff:', '');
}
