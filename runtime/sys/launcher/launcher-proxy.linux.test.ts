import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LauncherRig } from '../../testkit/launcher-rig.ts';
import { type LabNode, NetworkLab } from '../../testkit/network-lab.ts';
import type { HeldPort, PortProxies, PortProxy } from './port-proxy.ts';

const ANY4 = Uint8Array.of(0, 0, 0, 0);
const ANY6 = new Uint8Array(16);
const LOOPBACK4 = Uint8Array.of(127, 0, 0, 1);
const TARGET = Uint8Array.of(10, 77, 0, 2);

let lab: NetworkLab;
let node: LabNode;
let rig: LauncherRig;

beforeAll(async () => {
  lab = NetworkLab.open();
  node = await lab.add();
  lab.link(node, 'veth0', { host: ['10.77.0.1/24'], inside: ['10.77.0.2/24'] });
  await node.serve('tcp:8001', 'zeros:8003', 'udp:8005');
  rig = await LauncherRig.open();
});
afterAll(async () => {
  await rig?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

const socketPath = (): string => `${rig.directory}/proxy`;

function held(port: number, options: Partial<HeldPort> & { readonly targetPort?: number } = {}): HeldPort {
  const { targetPort = port, ...rest } = options;
  return { protocol: 'tcp', addresses: [ANY4, ANY6], first: port, last: port, from: port, target: { address: TARGET, port: targetPort }, ...rest };
}

async function proxy(...ports: readonly HeldPort[]): Promise<AsyncDisposable & { readonly proxy: PortProxy }> {
  const started = await rig.launcher.startProxy({ socket: socketPath(), ports });
  if ('errno' in started) throw new Error(started.errno);
  return { proxy: started, [Symbol.asyncDispose]: () => started.release() };
}

async function open(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  // A reset may come at any time after; who reads is told of it all the same.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function readAll(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

it('brings connections of both families of the loopback network to the container', async () => {
  await using _held = await proxy(held(18001, { targetPort: 8001 }));
  for (const host of ['127.0.0.1', '127.0.0.9', '::1', '10.77.0.1']) {
    const socket = await open(18001, host);
    socket.end(`hello by ${host}`);
    expect(await readAll(socket)).toBe(`hello by ${host}`);
  }
});

it('carries many megabytes both ways at once, and the end of each way by itself', async () => {
  await using _held = await proxy(held(18002, { targetPort: 8001 }));
  const sockets = await Promise.all(Array.from({ length: 8 }, () => open(18002)));
  const sizes = await Promise.all(
    sockets.map(async (socket, index) => {
      const sent = Buffer.alloc(4 * 1024 * 1024, index + 1);
      socket.end(sent);
      const parts: Buffer[] = [];
      for await (const part of socket) parts.push(part as Buffer);
      return Buffer.concat(parts).equals(sent);
    }),
  );
  expect(sizes).toEqual(Array(8).fill(true));
});

it('waits for a client that reads slowly, without memory of its own', async () => {
  await using made = await proxy(held(18003, { targetPort: 8003 }));
  const socket = await open(18003);
  await once(socket, 'readable');
  const rollup = readFileSync(`/proc/${made.proxy.pid}/smaps_rollup`, 'utf8');
  expect(Number(/^Private_Dirty:\s+(\d+)/m.exec(rollup)?.[1])).toBeLessThan(300);
  let size = 0;
  for await (const part of socket) size += (part as Buffer).length;
  expect(size).toBe(64 * 1024 * 1024);
});

it('resets the client when nobody listens in the container, and goes on', async () => {
  await using _held = await proxy(held(18004, { targetPort: 9 }));
  for (let attempt = 0; attempt < 3; attempt++) {
    const socket = connect({ port: 18004, host: '127.0.0.1' });
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => socket.once('error', resolve).once('close', () => resolve(undefined)));
    expect(error?.code).toBe('ECONNRESET');
  }
});

it('brings datagrams and their answers, each from the address that was asked', async () => {
  await using _held = await proxy(held(18005, { protocol: 'udp', targetPort: 8005 }));
  for (const [type, host] of [
    ['udp4', '127.0.0.1'],
    ['udp4', '127.0.0.9'],
    ['udp6', '::1'],
  ] as const) {
    const socket = createSocket(type);
    const answer = once(socket, 'message') as Promise<[Buffer, { address: string; port: number }]>;
    socket.send(`ask ${host}`, 18005, host);
    const [text, from] = await answer;
    expect([text.toString(), from.address, from.port]).toEqual([`ask ${host}`, host, 18005]);
    socket.close();
  }
});

it('keeps more clients of UDP apart than it has room for', async () => {
  await using made = await proxy(held(18006, { protocol: 'udp', targetPort: 8005 }));
  const socket = createSocket('udp4');
  for (let client = 0; client < 1500; client++) {
    const one = createSocket('udp4');
    const answer = once(one, 'message') as Promise<[Buffer]>;
    one.send(`client ${client}`, 18006, '127.0.0.1');
    expect((await answer)[0].toString()).toBe(`client ${client}`);
    one.close();
  }
  socket.close();
  expect(readdirSync(`/proc/${made.proxy.pid}/fd`).length).toBeLessThan(1100);
});

it('takes the first free port of a range and says which', async () => {
  const taken = createServer().listen(18010, '127.0.0.1');
  await once(taken, 'listening');
  await using made = await proxy(held(18010, { last: 18012, targetPort: 80 }), held(18010, { last: 18012, from: 18012, targetPort: 81 }));
  expect(made.proxy.ports).toEqual([18011, 18012]);
  await closed(taken);
});

it('says which port and address was refused, and holds none', async () => {
  const taken = createServer().listen(18021, '::1');
  await once(taken, 'listening');
  const refused = await rig.launcher.startProxy({ socket: socketPath(), ports: [held(18020), held(18021)] });
  expect(refused).toEqual({ index: 1, address: 1, errno: 'EADDRINUSE' });
  expect(existsSync(socketPath())).toBe(false);
  const free = createServer().listen(18020, '127.0.0.1');
  await once(free, 'listening');
  await closed(free);
  await closed(taken);
  const foreign = await rig.launcher.startProxy({ socket: socketPath(), ports: [held(18022, { addresses: [Uint8Array.of(192, 0, 2, 1)] })] });
  expect(foreign).toMatchObject({ errno: 'EADDRNOTAVAIL' });
});

it('holds its ports without an engine, and the next one finds it', async () => {
  const { proxy: first } = await proxy(held(18030, { targetPort: 8001, addresses: [LOOPBACK4] }));
  const socket = await open(18030);
  first.leave();
  await rig.reopen();
  const second: PortProxies = rig.launcher;
  expect(await second.startProxy({ socket: `${socketPath()}2`, ports: [held(18030)] })).toMatchObject({ errno: 'EADDRINUSE' });
  const adopted = await second.adoptProxy(socketPath());
  expect(adopted).toMatchObject({ pid: first.pid, ports: [18030] });
  socket.end('still there');
  expect(await readAll(socket)).toBe('still there');
  await adopted?.release();
  expect(existsSync(socketPath())).toBe(false);
  expect(await second.adoptProxy(socketPath())).toBeNull();
  expect(await second.adoptProxy(`${rig.directory}/none`)).toBeNull();
});

it('goes on when descriptors have run out', async () => {
  await using made = await proxy(held(18040, { targetPort: 8001 }));
  execFileSync('prlimit', ['--pid', String(made.proxy.pid), '--nofile=40:40']);
  // Those that are accepted without room for their other half are reset, some before they know that they are open.
  const opened = await Promise.allSettled(Array.from({ length: 20 }, () => open(18040)));
  const sockets = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const first = sockets[0];
  first?.write('x');
  expect(first === undefined ? '' : String((await once(first, 'data'))[0])).toBe('x');
  for (const socket of sockets) socket.destroy();
  await vi.waitFor(
    async () => {
      const socket = await open(18040);
      socket.end('again');
      expect(await readAll(socket)).toBe('again');
    },
    { timeout: 20_000 },
  );
});

it('refuses what is no plan', async () => {
  await expect(rig.launcher.startProxy({ socket: `/${'x'.repeat(200)}`, ports: [] })).rejects.toThrow('so long a run directory');
  await expect(rig.launcher.startProxy({ socket: '/nowhere/at/all', ports: [] })).rejects.toThrow('does not start');
  const backwards = held(18050, { first: 10, last: 9, from: 10 });
  expect(await rig.launcher.startProxy({ socket: socketPath(), ports: [backwards] })).toMatchObject({ errno: 'EBADMSG' });
});

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
