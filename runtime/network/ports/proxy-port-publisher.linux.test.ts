import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { silentLogger } from '../../base/log.ts';
import { LauncherRig } from '../../testkit/launcher-rig.ts';
import { NetworkLab } from '../../testkit/network-lab.ts';
import type { PortRequest } from './port-publisher.ts';
import { ProxyPortPublisher } from './proxy-port-publisher.ts';

let lab: NetworkLab;
let rig: LauncherRig;
const target = { ipv4: '10.77.0.2', ipv6: '' };
const [ONE, TWO, THREE] = ['1', '2', '3'].map((digit) => digit.repeat(64)) as [string, string, string];
const made: ProxyPortPublisher[] = [];

beforeAll(async () => {
  lab = NetworkLab.open();
  const node = await lab.add();
  lab.link(node, 'veth0', { host: ['10.77.0.1/24'], inside: ['10.77.0.2/24'] });
  await node.serve('tcp:80', 'udp:53');
  rig = await LauncherRig.open();
});
afterAll(async () => {
  await rig?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});
afterEach(async () => {
  for (const one of made.splice(0)) await one[Symbol.asyncDispose]();
  const last = publisher();
  await last.settle();
  expect(readdirSync(directory()), 'nothing is held').toEqual([]);
});

const directory = (): string => `${rig.directory}/p`;

function publisher(): ProxyPortPublisher {
  const one = new ProxyPortPublisher({ proxies: rig.launcher, directory: directory(), logger: silentLogger });
  made.push(one);
  return one;
}

function want(first: number, options: Partial<PortRequest> = {}): PortRequest {
  return { protocol: 'tcp', containerPort: 80, hostAddress: '', hostPortFirst: first, hostPortLast: first, ...options };
}

async function echo(port: number, host = '127.0.0.1'): Promise<string> {
  const socket = connect({ port, host, allowHalfOpen: true });
  socket.end('hello');
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

it('publishes on all addresses, on one, on a range and on what is free', async () => {
  const ports = publisher();
  writeFileSync('/proc/sys/net/ipv4/ip_local_port_range', '40000 40100');
  const range = want(19010, { hostPortLast: 19012, hostAddress: '127.0.0.1' });
  const got = await ports.publish(ONE, [want(0), want(0, { protocol: 'udp', containerPort: 53, hostAddress: '::1' }), range, range, want(19001)], target);
  expect(got.map(({ protocol, hostAddress, hostPort }) => `${protocol} ${hostAddress} ${hostPort}`)).toEqual([
    'tcp 0.0.0.0 19001',
    'tcp :: 19001',
    'tcp 127.0.0.1 19010',
    'tcp 127.0.0.1 19011',
    'tcp 0.0.0.0 40000',
    'tcp :: 40000',
    'udp ::1 40000',
  ]);
  expect(await echo(19001)).toBe('hello');
  expect(await echo(19001, '::1')).toBe('hello');
  expect(await echo(19011)).toBe('hello');
  const more = await ports.publish(TWO, [want(0)], target);
  expect(more[0]?.hostPort, 'the next one').toBe(40001);
  await ports.release(ONE);
  await ports.release(ONE);
  await expect(echo(19001)).rejects.toThrow('ECONNREFUSED');
  await ports.release(TWO);
});

it('says which container has a port', async () => {
  const ports = publisher();
  await ports.publish(ONE, [want(19001), want(19002, { hostAddress: '127.0.0.1' })], target);
  const words = /^Bind for 0\.0\.0\.0:19001 failed: port is already allocated by container 111111111111$/;
  await expect(ports.publish(TWO, [want(19005), want(19001)], target)).rejects.toThrow(words);
  await expect(ports.publish(TWO, [want(19002)], target)).rejects.toThrow('port is already allocated');
  await expect(ports.publish(TWO, [want(19001, { hostPortLast: 19002 })], target)).rejects.toThrow(
    'Bind for 0.0.0.0:19001-19002 failed: all ports are allocated',
  );
  const [, again] = await ports.publish(TWO, [want(19002, { hostAddress: '127.0.0.2' }), want(19001, { protocol: 'udp' })], target);
  expect(again?.hostPort, 'another address, another protocol').toBe(19001);
  await expect(ports.publish(THREE, [want(19005), want(19005, { containerPort: 81 })], target)).rejects.toThrow(/19005/);
  await ports.release(ONE);
  await ports.publish(THREE, [want(19001)], target);
});

it('says which process has a port', async () => {
  const taken = createServer().listen(19020, '127.0.0.1');
  await once(taken, 'listening');
  const comm = readFileSync('/proc/self/comm', 'utf8').trim();
  const wanted = `failed to bind host port 0.0.0.0:19020/tcp: address already in use by pid ${process.pid} (${comm})`;
  const ports = publisher();
  await expect(ports.publish(ONE, [want(19021), want(19020)], target)).rejects.toThrow(wanted);
  await expect(echo(19021), 'nothing of it is held').rejects.toThrow('ECONNREFUSED');
  taken.close();
  await once(taken, 'close');
});

it('says that an address is not the host’s', async () => {
  const message = /failed to bind host port 192\.0\.2\.9:19030\/tcp: address not available$/;
  await expect(publisher().publish(ONE, [want(19030, { hostAddress: '192.0.2.9' })], target)).rejects.toThrow(message);
});

it('knows who has a port also when two want it at once', async () => {
  const ports = publisher();
  const both = await Promise.allSettled([ports.publish(ONE, [want(19040)], target), ports.publish(TWO, [want(19040)], target)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const reason = both.find((one) => one.status === 'rejected')?.reason as Error;
  expect(reason.message).toContain('port is already allocated by container');
});

it('keeps ports over the end of an engine, and ends those of containers that are gone', async () => {
  const first = publisher();
  const got = await first.publish(ONE, [want(19050)], target);
  await first.publish(TWO, [want(19051)], target);
  await first[Symbol.asyncDispose]();
  expect(await echo(19050)).toBe('hello');
  const second = publisher();
  expect(await second.restore(ONE, got, target)).toBe(true);
  await second.settle();
  expect(readdirSync(directory())).toEqual([ONE]);
  await expect(echo(19051)).rejects.toThrow('ECONNREFUSED');
  await expect(second.publish(THREE, [want(19050)], target)).rejects.toThrow('already allocated by container 1111');
  expect(await second.restore(TWO, [{ protocol: 'tcp', containerPort: 80, hostAddress: '0.0.0.0', hostPort: 19051 }], target)).toBe(true);
  expect(await echo(19051), 'nobody held it: published again').toBe('hello');
  expect(await second.restore(THREE, [{ protocol: 'tcp', containerPort: 80, hostAddress: '0.0.0.0', hostPort: 19051 }], target)).toBe(false);
});

it('starts a proxy again that was killed', async () => {
  const ports = publisher();
  await ports.publish(ONE, [want(19060)], target);
  const socket = `${directory()}/${ONE}`;
  const adopted = await rig.launcher.adoptProxy(socket);
  process.kill(adopted?.pid ?? 0, 'SIGKILL');
  await adopted?.ended;
  await vi.waitFor(async () => expect(await echo(19060)).toBe('hello'), { timeout: 20_000 });
});
