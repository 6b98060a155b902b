import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { decode, encode } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLONE } from '../../sys/constants.ts';
import type { MonitorHandle } from '../../sys/launcher/launcher.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { linkUp } from '../../sys/netlink/link.ts';
import { execOp, LauncherRig } from '../../testkit/launcher-rig.ts';
import { ContainerResolvers } from './container-resolvers.ts';
import { resolverRules } from './resolver-rules.ts';
import { TcpMessages, withLength } from './tcp-messages.ts';

const PORT = 40_053;
const own = { cloneFlags: CLONE.NEWNS | CLONE.NEWUTS | CLONE.NEWIPC | CLONE.NEWPID | CLONE.NEWNET };

/** The outside: answers every name with 192.0.2.1, and `long` by TCP only; notes what it was asked. */
async function openUpstream() {
  const udp: Socket = createSocket('udp4');
  const asked: string[] = [];
  const reply = (query: Buffer, isTcp: boolean): Buffer => {
    const { id, questions } = decode(query);
    const name = questions?.[0]?.name ?? '';
    asked.push(`${isTcp ? 'tcp' : 'udp'} ${name}`);
    const tooLong = name === 'long.example' && !isTcp;
    const answers = tooLong ? [] : [{ type: 'A' as const, name, ttl: 60, data: '192.0.2.1' }];
    return encode({ type: 'response', id, flags: tooLong ? 0x200 : 0, questions, answers });
  };
  udp.on('message', (query, { port, address }) => udp.send(reply(query, false), port, address));
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  const { port } = udp.address();
  const tcp = createServer((socket) => {
    const messages = new TcpMessages();
    socket.on('data', (chunk: Buffer) => {
      for (const query of messages.push(chunk)) socket.write(withLength(reply(query, true)));
    });
    socket.on('error', () => undefined);
  }).listen(port, '127.0.0.1');
  await once(tcp, 'listening');
  return {
    port,
    asked,
    [Symbol.asyncDispose]: async () => {
      udp.close();
      tcp.close();
      await once(tcp, 'close');
    },
  };
}

describe('the resolver inside a container', () => {
  let stack: AsyncDisposableStack;
  let rig: LauncherRig;
  let upstream: Awaited<ReturnType<typeof openUpstream>>;
  let resolvers: ContainerResolvers;
  let handle: MonitorHandle;

  beforeAll(async () => {
    stack = new AsyncDisposableStack();
    rig = stack.use(await LauncherRig.open());
    upstream = stack.use(await openUpstream());
    resolvers = stack.use(open());
    resolvers.addNetwork({ id: 'net', name: 'front', internal: false, gateway: { ipv4: '172.18.0.1', ipv6: '' } });
    handle = await started();
  });
  afterAll(() => stack.disposeAsync());

  function open(): ContainerResolvers {
    return new ContainerResolvers({ syscalls: createLinuxSyscalls(), hostServers: () => ['127.0.0.1'], upstream: { port: upstream.port, timeoutMs: 2000 } });
  }

  async function started(): Promise<MonitorHandle> {
    const prepared = await rig.prepare(own);
    const sockets = await prepared.changeNetwork({ outside: [], inside: [linkUp('lo')], resolver: { port: PORT, rules: resolverRules(PORT) } });
    if (sockets === null) throw new Error('no sockets');
    resolvers.addEndpoint('net', { containerId: 'web', names: ['web'], links: {}, ipv4: '172.18.0.2', ipv6: '' });
    resolvers.addEndpoint('net', { containerId: 'db', names: ['db', 'data'], links: {}, ipv4: '172.18.0.3', ipv6: 'fd00::3' });
    resolvers.serve('web', sockets, { servers: [] });
    return rig.keep(await prepared.go([execOp('sh', '-c', 'sleep 600')]));
  }

  async function run(script: string): Promise<string> {
    const exec = await handle.exec({ tty: false, openStdin: false, cgroup: { v1Tasks: [] }, ops: [execOp('sh', '-c', script)] });
    let text = '';
    for await (const { data } of exec.output) text += Buffer.from(data).toString();
    await exec.exited;
    return text;
  }

  it('answers names of the network at 127.0.0.11', async () => {
    const text = await run('nslookup data 127.0.0.11');
    expect(text).toContain('172.18.0.3');
    expect(text).toContain('fd00::3');
    expect(upstream.asked).toEqual([]);
  });

  it('passes other names on to the servers of the host', async () => {
    expect(await run('nslookup -type=a some.example 127.0.0.11')).toContain('192.0.2.1');
    expect(upstream.asked).toContain('udp some.example');
  });

  it('leaves port 53 to a name server in the container', async () => {
    const text = await run('nc -l -p 53 </dev/null >/dev/null 2>&1 & until netstat -ltn | grep ":53 "; do sleep 0.01; done; nslookup data 127.0.0.11; kill %1');
    expect(text).toMatch(/tcp .*(0\.0\.0\.0|::):53 /);
    expect(text).toContain('172.18.0.3');
  });

  it('speaks TCP, to the outside as well', async () => {
    const query = encode({ type: 'query', id: 3, flags: 0x100, questions: [{ name: 'long.example', type: 'A' }] });
    const octal = [...withLength(query)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const ask = `{ printf '${octal}'; until [ -s /tmp/answer ]; do usleep 5000; done; } | nc 127.0.0.11 53 >/tmp/answer`;
    const hex = await run(`${ask}; od -An -tx1 -v /tmp/answer`);
    const bytes = Buffer.from(hex.replace(/\s/g, ''), 'hex');
    expect(decode(bytes.subarray(2)).answers).toMatchObject([{ data: '192.0.2.1' }]);
    expect(upstream.asked).toContain('tcp long.example');
  });

  it('goes on with the sockets of a monitor when another engine takes over', async () => {
    await resolvers[Symbol.asyncDispose]();
    const sockets = await handle.changeNetwork({ outside: [], inside: [], resolver: { port: PORT, rules: new Uint8Array() } });
    resolvers = stack.use(open());
    resolvers.addNetwork({ id: 'net', name: 'front', internal: true, gateway: { ipv4: '', ipv6: '' } });
    resolvers.addEndpoint('net', { containerId: 'web', names: ['web'], links: {}, ipv4: '172.18.0.9', ipv6: '' });
    if (sockets === null) throw new Error('no sockets');
    resolvers.serve('web', sockets, { servers: [] });
    expect(await run('nslookup -type=a web 127.0.0.11')).toContain('172.18.0.9');
  });

  it('passes nothing on from internal networks', async () => {
    const before = upstream.asked.length;
    expect(await run('nslookup -type=a other.example 127.0.0.11 2>&1')).toContain('SERVFAIL');
    expect(upstream.asked).toHaveLength(before);
  });
});
