import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLinuxSyscalls } from '../sys/linux-syscalls.ts';
import { type LabNode, NetworkLab } from '../testkit/network-lab.ts';
import { RealEngine, runCommand } from '../testkit/real-engine.ts';

const CLI = new URL('../cli/main.ts', import.meta.url).pathname;
/** Answers with its own name, and writes down who asks. */
const SERVER = ['busybox', 'nc', '-ll', '-p', '80', '-e', 'sh', '-c', 'cat /etc/hostname; busybox netstat -tn >>/peers'];
/** Whether rules see packets that only cross a bridge (br_netfilter), of this network namespace. */
const BRIDGE_RULES = '/proc/sys/net/bridge/bridge-nf-call-iptables';
/** Sends datagrams to a port of a host from one port, until it is killed, and prints the answers. */
const SENDER =
  "const s=require('dgram').createSocket('udp4');s.on('message',m=>console.log(String(m)));s.on('error',()=>0);setInterval(()=>s.send('?',+process.argv[1],process.argv[2]),50);setTimeout(()=>process.exit(),120000)";
/** Answers each datagram with a name. */
const NAMER =
  "const s=require('dgram').createSocket('udp4');s.on('message',(m,{port,address})=>s.send(process.argv[1],port,address));s.bind(80);setTimeout(()=>process.exit(),120000)";
const ECHO = ['busybox', 'nc', '-ll', '-p', '80', '-e', 'cat'];

function hasSctp(): boolean {
  const [AF_INET, SOCK_STREAM, IPPROTO_SCTP] = [2, 1, 132];
  try {
    closeSync(createLinuxSyscalls().socket(AF_INET, SOCK_STREAM, IPPROTO_SCTP));
    return true;
  } catch {
    return false;
  }
}

let lab: NetworkLab;
let outside: LabNode;
let engine: RealEngine;

// The engine lives in a network namespace of this test's own, and `outside` is another machine at 192.0.2.2 that knows the way to the
// containers' subnets.
beforeAll(async () => {
  lab = NetworkLab.open();
  outside = await lab.add();
  lab.link(outside, 'uplink', { host: ['192.0.2.1/24', '2001:db8::1/64'], inside: ['192.0.2.2/24', '2001:db8::2/64'], gateways: ['192.0.2.1'] });
  engine = await RealEngine.start('web:1');
});
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

async function run(name: string, ...options: readonly string[]): Promise<void> {
  await engine.dockerOutput('run', '-d', '--name', name, '--hostname', name, ...options, 'web:1', ...SERVER);
  await listening(name);
}

async function pidOf(name: string): Promise<number> {
  return Number(await engine.dockerOutput('inspect', '-f', '{{.State.Pid}}', name));
}

async function listening(name: string): Promise<void> {
  const pid = await pidOf(name);
  await expect.poll(() => readFileSync(`/proc/${pid}/net/tcp`, 'utf8') + readFileSync(`/proc/${pid}/net/tcp6`, 'utf8')).toContain(':0050 0000');
}

async function remove(...names: readonly string[]): Promise<void> {
  await engine.dockerOutput('rm', '-f', ...names);
}

/** What a server says to a connection from this host, empty when it cannot be reached. */
async function askHere(port: number, host = '127.0.0.1'): Promise<string> {
  const socket = connect({ port, host, timeout: 3000 });
  socket.once('timeout', () => socket.destroy());
  const parts: Buffer[] = [];
  try {
    for await (const part of socket) parts.push(part as Buffer);
  } catch {
    return '';
  }
  return Buffer.concat(parts).toString().trim();
}

function askFrom(node: LabNode, host: string, port: number): string {
  try {
    return node.run(['busybox', 'nc', '-w', '2', host, String(port)]).trim();
  } catch {
    return '';
  }
}

async function askFromContainer(name: string, host: string, port: number): Promise<string> {
  return (await engine.docker(['exec', name, 'busybox', 'nc', '-w', '2', host, String(port)])).out.trim();
}

async function addressOf(name: string): Promise<string> {
  return (await engine.dockerOutput('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', name)).trim();
}

describe('a published port', () => {
  it('is reached from other machines with their own address, from this host and from containers', async () => {
    await run('web', '-p', '8080:80');
    expect(askFrom(outside, '192.0.2.1', 8080)).toBe('web');
    expect(await engine.dockerOutput('exec', 'web', 'cat', '/peers')).toContain('192.0.2.2:');
    for (const host of ['127.0.0.1', '::1', '192.0.2.1', '2001:db8::1']) expect(await askHere(8080, host), host).toBe('web');
    expect(askFrom(outside, '2001:db8::1', 8080), 'by IPv6 to a container that has none').toBe('web');
    await run('neighbour');
    expect(await askFromContainer('neighbour', '192.0.2.1', 8080), 'a neighbour').toBe('web');
    expect(await askFromContainer('web', '192.0.2.1', 8080), 'itself').toBe('web');
    await engine.dockerOutput('network', 'create', 'elsewhere');
    await run('stranger', '--network', 'elsewhere');
    expect(await askFromContainer('stranger', '192.0.2.1', 8080), 'one of another network').toBe('web');
    await remove('web', 'neighbour', 'stranger');
    await engine.dockerOutput('network', 'rm', 'elsewhere');
    expect(await askHere(8080)).toBe('');
  });

  it('shows in inspect, ps and port', async () => {
    await run('shown', '-p', '127.0.0.1:8081:80', '-p', '8082:80', '-p', '9000:9000/udp');
    expect((await engine.dockerOutput('port', 'shown')).trim().split('\n').sort()).toEqual([
      '80/tcp -> 0.0.0.0:8082',
      '80/tcp -> 127.0.0.1:8081',
      '80/tcp -> [::]:8082',
      '9000/udp -> 0.0.0.0:9000',
      '9000/udp -> [::]:9000',
    ]);
    expect(await engine.dockerOutput('ps', '--filter', 'name=shown', '--format', '{{.Ports}}')).toContain('127.0.0.1:8081->80/tcp');
    await engine.dockerOutput('stop', '-t', '0', 'shown');
    expect(await engine.dockerOutput('port', 'shown')).toBe('');
    await remove('shown');
  });

  it('on the loopback address is no other machine’s', async () => {
    await run('local', '-p', '127.0.0.1:8083:80');
    expect(await askHere(8083)).toBe('local');
    expect(askFrom(outside, '192.0.2.1', 8083)).toBe('');
    outside.run(['ip', 'route', 'add', '127.0.0.0/8', 'via', '192.0.2.1', 'table', 'main'], {});
    expect(askFrom(outside, '127.0.0.1', 8083)).toBe('');
    await remove('local');
  });

  it('of any number is chosen anew at each start, with -P for all that the image exposes', async () => {
    await run('random', '-P', '--expose', '80');
    const port = Number(/0\.0\.0\.0:(\d+)/.exec(await engine.dockerOutput('port', 'random', '80'))?.[1]);
    expect(await askHere(port)).toBe('random');
    await remove('random');
  });

  it('of a range is the first free one', async () => {
    await run('first', '-p', '8090-8095:80');
    await run('second', '-p', '8090-8095:80');
    expect(await askHere(8090)).toBe('first');
    expect(await askHere(8091)).toBe('second');
    await remove('first', 'second');
  });

  it('that is taken names who has it, and the container starts once it is free', async () => {
    await run('owner', '-p', '8100:80');
    const both = await engine.docker(['run', '-d', '--name', 'late', '-p', '8100:80', 'web:1', 'sleep', '60']);
    const id = (await engine.dockerOutput('ps', '-q', '--filter', 'name=owner')).trim();
    expect([both.code, both.err]).toEqual([125, expect.stringContaining(`Bind for 0.0.0.0:8100 failed: port is already allocated by container ${id}`)]);
    await remove('owner');
    await engine.dockerOutput('start', 'late');
    await remove('late');
    const taken = createServer().listen(8101, '0.0.0.0');
    await once(taken, 'listening');
    const foreign = await engine.docker(['run', '--rm', '-p', '8101:80', 'web:1', 'true']);
    const comm = readFileSync('/proc/self/comm', 'utf8').trim();
    expect(foreign.err).toContain(`failed to bind host port 0.0.0.0:8101/tcp: address already in use by pid ${process.pid} (${comm})`);
    taken.close();
    await once(taken, 'close');
  });

  it('of UDP answers from outside and from this host', async () => {
    await engine.dockerOutput('run', '-d', '--name', 'datagrams', '-p', '8110:80/udp', 'web:1', 'sleep', '600');
    await lab.nodeOf(await pidOf('datagrams')).serve('who-udp:80');
    const ask = "const s=require('dgram').createSocket('udp4');s.on('message',m=>{console.log(String(m));s.close()});s.send('?',8110,process.argv[1])";
    expect(outside.run([process.execPath, '-e', ask, '192.0.2.1']).trim(), 'with its own address').toBe('192.0.2.2');
    const here = await runCommand(process.execPath, ['-e', ask, '127.0.0.1']);
    expect(here.out.trim(), 'by the proxy').toMatch(/^172\.\d+\.0\.1$/);
    await remove('datagrams');
  });

  it('of UDP is another container’s for a client that never stops sending', { timeout: 120_000 }, async () => {
    const inside = (pid: number, script: string, ...args: readonly string[]) =>
      spawn('nsenter', ['-t', String(pid), '-n', process.execPath, '-e', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const serve = async (name: string): Promise<AsyncDisposable> => {
      await engine.dockerOutput('run', '-d', '--name', name, '-p', '8115:80/udp', 'web:1', 'sleep', '600');
      const server = inside(await pidOf(name), NAMER, name);
      return { [Symbol.asyncDispose]: async () => void (server.kill('SIGKILL') && (await once(server, 'exit'))) };
    };
    // From one port, which is what makes it one connection for the kernel.
    const client = inside(outside.pid, SENDER, '8115', '192.0.2.1');
    const answers = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
    const until = async (name: string): Promise<void> => {
      for (let answer = await answers.next(); answer.value !== name; answer = await answers.next()) if (answer.done === true) throw new Error('it has ended');
    };
    try {
      const earlier = await serve('earlier');
      await until('earlier');
      await earlier[Symbol.asyncDispose]();
      await remove('earlier');
      // It takes the address, so that the next one is not found there by chance.
      await run('takes');
      const later = await serve('later');
      await until('later');
      // The engine is not there when the container ends: what is left is forgotten when the port comes again.
      const pid = await pidOf('later');
      await engine.stop('SIGKILL');
      await later[Symbol.asyncDispose]();
      process.kill(pid, 'SIGKILL');
      await engine.start();
      await remove('later');
      await run('more');
      await using _last = await serve('last');
      await until('last');
    } finally {
      client.kill('SIGKILL');
    }
    await remove('last', 'takes', 'more');
  });

  it('of SCTP is held and led in where this kernel has it, and refused in words where it has not', async () => {
    const started = await engine.docker(['run', '-d', '--name', 'streams', '-p', '8118:80/sctp', 'web:1', 'sleep', '600']);
    if (hasSctp()) {
      expect([started.code, await engine.dockerOutput('port', 'streams', '80/sctp')]).toEqual([0, expect.stringContaining('0.0.0.0:8118')]);
      expect(execFileSync('nft', ['-nn', 'list', 'ruleset'], { encoding: 'utf8' })).toContain(`132 . 8118 : ${await addressOf('streams')} . 80`);
    } else {
      expect([started.code, started.err]).toEqual([125, expect.stringContaining('port 80/sctp cannot be published: this kernel has no SCTP')]);
      expect(execFileSync('nft', ['-nn', 'list', 'ruleset'], { encoding: 'utf8' })).not.toContain('. 8118');
    }
    await remove('streams');
  });

  it('stays held while the engine is gone, connections go on, and the next engine keeps it', async () => {
    await engine.dockerOutput('run', '-d', '--name', 'lasting', '-p', '8120:80', 'web:1', ...ECHO);
    await listening('lasting');
    const local = connect({ port: 8120, host: '127.0.0.1' });
    const remote = connect({ port: 8120, host: '192.0.2.1' });
    const answer = async (socket: typeof local, text: string): Promise<string> => {
      socket.write(text);
      return String((await once(socket, 'data'))[0]);
    };
    expect(await answer(local, 'one')).toBe('one');
    expect(await answer(remote, 'one')).toBe('one');
    await engine.stop('SIGKILL');
    expect([await answer(local, 'two'), await answer(remote, 'two')]).toEqual(['two', 'two']);
    const foreign = createServer().listen(8120, '0.0.0.0');
    await expect(once(foreign, 'listening')).rejects.toThrow('EADDRINUSE');
    await engine.start();
    expect([await answer(local, 'three'), await answer(remote, 'three')]).toEqual(['three', 'three']);
    local.destroy();
    remote.destroy();
    expect(outside.run(['busybox', 'nc', '-w', '2', '192.0.2.1', '8120'], { input: 'again' })).toBe('again');
    await remove('lasting');
    expect(await askHere(8120)).toBe('');
  });
});

describe('networks', () => {
  it('are apart, and neither is reached by addresses of containers from outside', async () => {
    await engine.dockerOutput('network', 'create', 'one');
    await engine.dockerOutput('network', 'create', 'two');
    await run('inone', '--network', 'one', '-p', '8130:80');
    await run('beside', '--network', 'one');
    await run('intwo', '--network', 'two');
    const [one, two] = [await addressOf('inone'), await addressOf('intwo')];
    expect(await askFromContainer('beside', one, 80), 'of the same network').toBe('inone');
    expect(await askFromContainer('intwo', one, 80), 'published or not').toBe('');
    expect(await askFromContainer('inone', two, 80)).toBe('');
    expect([askFrom(outside, one, 80), askFrom(outside, two, 80), askFrom(outside, '192.0.2.1', 8130)]).toEqual(['', '', 'inone']);
    expect(await askHere(80, one), 'this host reaches its containers').toBe('inone');
    await remove('inone', 'beside', 'intwo');
    await engine.dockerOutput('network', 'rm', 'one', 'two');
  });

  it('let containers out with the host’s address, save internal ones', async () => {
    await outside.serve('who:7000');
    await run('open');
    await engine.dockerOutput('network', 'create', '--internal', 'closed');
    await run('shut', '--network', 'closed');
    await run('shutbeside', '--network', 'closed');
    expect(await askFromContainer('open', '192.0.2.2', 7000)).toBe('192.0.2.1');
    expect(await askFromContainer('shut', '192.0.2.2', 7000)).toBe('');
    expect(await askFromContainer('shut', await addressOf('shutbeside'), 80)).toBe('shutbeside');
    expect(await askFromContainer('shut', await addressOf('open'), 80)).toBe('');
    expect(askFrom(outside, await addressOf('shut'), 80)).toBe('');
    await remove('open', 'shut', 'shutbeside');
    await engine.dockerOutput('network', 'rm', 'closed');
  });

  it('without icc keep containers from each other but not from published ports', async () => {
    await engine.dockerOutput('network', 'create', '--ipv6', '-o', 'com.docker.network.bridge.enable_icc=false', 'lonely');
    await run('alone', '--network', 'lonely', '-p', '8140:80');
    await run('asks', '--network', 'lonely');
    await run('joins');
    await engine.dockerOutput('network', 'connect', 'lonely', 'joins');
    const sixth = (await engine.dockerOutput('inspect', '-f', '{{.NetworkSettings.Networks.lonely.GlobalIPv6Address}}', 'alone')).trim();
    // With rules that see what crosses a bridge, where this kernel can, and on a machine where they do not.
    for (const sees of existsSync(BRIDGE_RULES) ? ['1', '0'] : ['0']) {
      if (existsSync(BRIDGE_RULES))
        execFileSync('sysctl', ['-qw', `net.bridge.bridge-nf-call-iptables=${sees}`, `net.bridge.bridge-nf-call-ip6tables=${sees}`]);
      expect(await askFromContainer('asks', await addressOf('alone'), 80)).toBe('');
      expect(await askFromContainer('asks', sixth, 80)).toBe('');
      expect(await askFromContainer('joins', await addressOf('alone'), 80), 'one that was connected later').toBe('');
      expect((await engine.docker(['exec', 'asks', 'ping', '-c', '1', '-W', '1', await addressOf('alone')])).code).toBe(1);
      expect(await askFromContainer('asks', '192.0.2.1', 8140)).toBe('alone');
      expect(await askHere(80, await addressOf('alone')), 'this host reaches it').toBe('alone');
    }
    await remove('joins');
    await remove('alone', 'asks');
    await engine.dockerOutput('network', 'rm', 'lonely');
  });
});

describe('GET /slipway/v1/doctor and slipway doctor', () => {
  const doctor = (...flags: readonly string[]) => runCommand(process.execPath, [CLI, '--host', `unix://${engine.socket}`, 'doctor', ...flags]);

  it('find nothing wrong with the network of this test', async () => {
    await run('up');
    const report = JSON.parse((await doctor('--json')).out) as { findings: { id: string; status: string }[] };
    const network = report.findings.filter(({ id }) => ['rules', 'forward-policy', 'forwarding', 'subnets', 'firewalld'].includes(id));
    expect(network.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(['firewalld ok', 'forward-policy ok', 'forwarding ok', 'rules ok', 'subnets ok']);
  });

  it('tell of rules that drop, of flushed ones and of forwarding that was turned off, and what to do', async () => {
    const table = ['ip', 'filter'];
    execFileSync('nft', ['add', 'table', ...table]);
    execFileSync('nft', ['add', 'chain', ...table, 'FORWARD', '{ type filter hook forward priority 0; policy drop; }']);
    execFileSync('sysctl', ['-qw', 'net.ipv4.ip_forward=0']);
    const dropping = await doctor();
    expect(dropping.code).toBe(1);
    expect(dropping.out).toMatch(/^warning forward-policy: .*FORWARD of the table ip filter[^]*iptables -I FORWARD -i slw-/m);
    expect(dropping.out).toMatch(/^error {3}forwarding: net\.ipv4\.ip_forward is off\.[^]*sysctl -w net\.ipv4\.ip_forward=1/m);
    execFileSync('sysctl', ['-qw', 'net.ipv4.ip_forward=1']);
    execFileSync('nft', ['flush', 'ruleset']);
    expect((await doctor()).out).toMatch(/^error {3}rules: .*flushed/m);
    await run('mender', '-p', '8150:80');
    expect((await doctor()).out).toMatch(/^ok {6}rules/m);
    await remove('up', 'mender');
  });
});
