import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority, type CertificateFiles } from '../testkit/certificates.ts';
import { type LabNode, NetworkLab } from '../testkit/network-lab.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const EVERYWHERE = 2376;
const BOUND = 2377;
/** Says what a host answers to a client with a certificate of the engine's authority, or why there is no answer. */
const ASK = `
const [host, port, ca, cert, key] = process.argv.slice(1);
const { readFileSync: read } = require('node:fs');
const identity = cert === undefined ? {} : { cert: read(cert), key: read(key) };
const asked = require('node:https').get({ host, port, path: '/_ping', ca: read(ca), checkServerIdentity: () => undefined, timeout: 2000, ...identity },
  (answer) => answer.setEncoding('utf8').on('data', (text) => console.log(text)));
asked.on('timeout', () => asked.destroy(new Error('no answer')));
asked.on('error', (error) => console.log(error.message));`;

let lab: NetworkLab;
let outside: LabNode;
let engine: RealEngine;
let client: CertificateFiles;

// The engine's host is a network namespace of this test's own, at 192.0.2.1; `outside` is another machine. The API listens on every address at one port
// and on the uplink's at another.
beforeAll(async () => {
  lab = NetworkLab.open();
  outside = await lab.add();
  lab.link(outside, 'uplink', { host: ['192.0.2.1/24'], inside: ['192.0.2.2/24'], gateways: ['192.0.2.1'] });
  engine = new RealEngine();
  const authority = new Authority(engine.directory, 'own');
  const server = authority.issue('engine.test', 'serverAuth', 'IP:192.0.2.1');
  client = authority.issue('client', 'clientAuth');
  const tls = ['--tlscacert', server.ca, '--tlscert', server.cert, '--tlskey', server.key];
  const hosts = [`unix://${engine.socket}`, `tcp://[::]:${EVERYWHERE}`, `tcp://192.0.2.1:${BOUND}`];
  await engine.start([...hosts.flatMap((host) => ['--host', host]), ...tls]);
  await engine.loadBusybox('box:1');
  await engine.dockerOutput('network', 'create', '--ipv6', '--subnet', '10.66.0.0/24', '--subnet', 'fd66::/64', 'own');
  await engine.dockerOutput('network', 'create', '--subnet', '10.67.0.0/24', 'other');
  await engine.dockerOutput('network', 'create', '--internal', '--subnet', '10.68.0.0/24', 'inner');
});
afterAll(async () => {
  await engine?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

function ask(node: LabNode, host: string, port: number, { ca, cert, key }: Partial<CertificateFiles> & Pick<CertificateFiles, 'ca'>): string {
  return node.run([process.execPath, '-e', ASK, host, String(port), ca, ...(cert === undefined || key === undefined ? [] : [cert, key])]).trim();
}

/** In the network of a new container. */
async function inside(network: string): Promise<LabNode> {
  await engine.dockerOutput('run', '-d', '--name', `in-${network}`, '--network', network, 'box:1', 'sleep', '600');
  return lab.nodeOf(Number(await engine.dockerOutput('inspect', '-f', '{{.State.Pid}}', `in-${network}`)));
}

describe('the API by TCP', () => {
  it('is reached from another machine with a certificate, and not without', () => {
    for (const port of [EVERYWHERE, BOUND]) {
      expect(ask(outside, '192.0.2.1', port, client)).toBe('OK');
      expect(ask(outside, '192.0.2.1', port, { ca: client.ca })).toMatch(/certificate required|handshake failure|ECONNRESET|socket hang up/);
    }
  });

  // Docker's daemon answers its containers wherever it listens by TCP; with a certificate they are in.
  it.each([
    ['bridge', []],
    ['own', ['10.66.0.1', 'fd66::1']],
    ['other', ['10.67.0.1']],
    ['inner', ['10.68.0.1']],
  ])('is not reached from the network %s by any address of the host, certificate or not', async (network, own) => {
    const node = await inside(network);
    const gateway = (await engine.dockerOutput('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Gateway}}', 'bridge')).trim();
    for (const host of ['192.0.2.1', gateway, '10.66.0.1', '10.67.0.1', ...own]) {
      expect(ask(node, host, EVERYWHERE, client), host).toMatch(/^no answer$|ENETUNREACH|EHOSTUNREACH/);
    }
    expect(ask(node, '192.0.2.1', BOUND, client)).toMatch(/^no answer$|ENETUNREACH/);
    expect(ask(node, '127.0.0.1', EVERYWHERE, client), 'its own loopback').toContain('ECONNREFUSED');
    await engine.dockerOutput('rm', '-f', `in-${network}`);
  });

  it('is not reached when somebody has flushed all rules but by a later change, which makes them anew', async () => {
    const node = await inside('own');
    execFileSync('nft', ['flush', 'ruleset']);
    expect(ask(node, '192.0.2.1', EVERYWHERE, client)).toBe('OK');
    await engine.dockerOutput('run', '--rm', '-p', '8080:80', 'box:1', 'true');
    expect(ask(node, '192.0.2.1', EVERYWHERE, client)).toBe('no answer');
    await engine.dockerOutput('rm', '-f', 'in-own');
  });

  // As with Docker, a container on the network of the host is the host there: only what asks for a certificate keeps it out.
  it("is reached on the host's network with a certificate alone, as by every program of the host", async () => {
    const node = await inside('host');
    expect(ask(node, '127.0.0.1', EVERYWHERE, client)).toBe('OK');
    expect(ask(node, '127.0.0.1', EVERYWHERE, { ca: client.ca })).toMatch(/certificate required|handshake failure|ECONNRESET|socket hang up/);
    const plain = await engine.docker(['exec', '-i', 'in-host', 'nc', '-w', '2', '127.0.0.1', String(EVERYWHERE)], 'GET /_ping HTTP/1.0\r\n\r\n');
    expect(plain.out).not.toContain('OK');
    await engine.dockerOutput('rm', '-f', 'in-host');
  });

  it('is kept from containers while the engine is killed and when it is back', async () => {
    const node = await inside('own');
    await engine.stop('SIGKILL');
    // Not refused: the rules hold without it.
    expect(ask(node, '192.0.2.1', EVERYWHERE, client)).toBe('no answer');
    await engine.start();
    expect([ask(node, '192.0.2.1', EVERYWHERE, client), ask(outside, '192.0.2.1', EVERYWHERE, client)]).toEqual(['no answer', 'OK']);
    await engine.dockerOutput('rm', '-f', 'in-own');
  });
});
