import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Authority } from '../../testkit/certificates.ts';
import { makeBusyboxArchive } from '../../testkit/image-archives.ts';
import { openImageStore } from '../../testkit/image-store.ts';
import { TestRegistry } from '../../testkit/registry.ts';

const isPossible = process.getuid?.() === 0 && ['docker-registry', 'skopeo'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!isPossible) console.warn('skipped: needs root, docker-registry and skopeo');

const directory = mkdtempSync(join(tmpdir(), 'slipway-proxy-'));
const archive = join(directory, 'busybox.tar');
/** What the proxy was asked for: `CONNECT host:port`, or a method and the origin. */
const asked: string[] = [];
let proxy: Server;

beforeAll(async () => {
  await makeBusyboxArchive(archive, 'busybox:1');
  proxy = createServer((incoming, answer) => {
    const url = new URL(incoming.url ?? '');
    asked.push(`${incoming.method} ${url.origin}`);
    const sent = request(url, { method: incoming.method, headers: incoming.headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    sent.on('error', () => answer.destroy());
    incoming.pipe(sent);
  });
  proxy.on('connect', (incoming, client) => {
    const { host = '', port = '' } = /^(?<host>.*):(?<port>\d+)$/.exec(incoming.url ?? '')?.groups ?? {};
    asked.push(`CONNECT ${host}:${port}`);
    const server = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      server.pipe(client).pipe(server);
    });
    for (const socket of [server, client]) socket.on('error', () => void [server.destroy(), client.destroy()]);
  });
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  vi.unstubAllEnvs();
  asked.length = 0;
});
afterAll(() => {
  proxy.close();
  proxy.closeAllConnections();
  rmSync(directory, { recursive: true, force: true });
});

const address = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

describe.skipIf(!isPossible)('through a proxy of the environment', () => {
  it('an image comes from a registry with TLS, by CONNECT, with the client certificate of certs.d', async () => {
    const authority = new Authority(directory, 'authority');
    const own = authority.issue('client.test', 'clientAuth');
    await using registry = await TestRegistry.start({
      tls: { ...authority.issue('registry.test', 'serverAuth', 'IP:127.0.0.1'), clients: { ca: authority.ca, own } },
    });
    const folder = join(directory, 'certs.d', registry.host);
    mkdirSync(folder, { recursive: true });
    copyFileSync(own.cert, join(folder, 'client.cert'));
    copyFileSync(own.key, join(folder, 'client.key'));
    registry.put(`docker-archive:${archive}`, 'far:1', ['--dest-cert-dir', folder]);
    vi.stubEnv('HTTPS_PROXY', address());
    await using store = openImageStore({ registries: { mirrors: [], insecure: [], certificateDirectories: [join(directory, 'certs.d')] } });
    await store.images.pull(`${registry.host}/far:1`, { signal: AbortSignal.timeout(60_000), credentials: {} });
    expect(store.images.list()).toHaveLength(1);
    expect(new Set(asked)).toEqual(new Set([`CONNECT ${registry.host}`]));
  });

  it('and from one without, unless NO_PROXY names its host', async () => {
    await using registry = await TestRegistry.start();
    registry.put(`docker-archive:${archive}`, 'far:1');
    vi.stubEnv('HTTP_PROXY', address());
    await using store = openImageStore();
    const pull = (): Promise<unknown> => store.images.pull(`${registry.host}/far:1`, { signal: AbortSignal.timeout(60_000), credentials: {} });
    await pull();
    expect(new Set(asked)).toEqual(new Set([`GET http://${registry.host}`]));
    asked.length = 0;
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    await pull();
    expect(asked).toEqual([]);
  });
});
