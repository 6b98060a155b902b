import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, startApi } from '../testkit/api-fixture.ts';
import { Authority, type CertificateFiles } from '../testkit/certificates.ts';

let api: ApiFixture;
let directory: string;
let server: CertificateFiles;
let client: CertificateFiles;
let stranger: CertificateFiles;
let port: number;

beforeAll(async () => {
  api = await startApi();
  directory = mkdtempSync(join(tmpdir(), 'slipway-tls-'));
  const authority = new Authority(directory, 'own');
  server = authority.issue('engine.test', 'serverAuth', 'DNS:engine.test,IP:127.0.0.1');
  client = authority.issue('client', 'clientAuth');
  stranger = new Authority(directory, 'other').issue('stranger', 'clientAuth');
  const url = await api.listen({ kind: 'tcp', host: '127.0.0.1', port: 0, tls: server });
  port = Number(/^tcp:\/\/127\.0\.0\.1:(\d+)$/.exec(url)?.[1]);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

async function ping(files: CertificateFiles | null, options: RequestOptions = {}): Promise<string> {
  const identity = files === null ? {} : { cert: readFileSync(files.cert), key: readFileSync(files.key) };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  get(
    { host: '127.0.0.1', port, path: '/_ping', ca: readFileSync(server.ca), agent: false, checkServerIdentity: () => undefined, ...identity, ...options },
    (answer) => {
      text(answer).then((body) => resolve(`${answer.statusCode} ${body}`), reject);
    },
  ).on('error', reject);
  return promise;
}

async function docker(files: CertificateFiles, args: readonly string[], input = ''): Promise<{ code: number | null; out: string; err: string }> {
  const tls = ['--tlsverify', '--tlscacert', server.ca, '--tlscert', files.cert, '--tlskey', files.key];
  const env = { PATH: process.env['PATH'], HOME: directory };
  const child = spawn('docker', ['-H', `tcp://127.0.0.1:${port}`, ...tls, ...args], { env });
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
}

describe('the API by TCP', () => {
  it('answers a client with a certificate of its authority', async () => {
    expect(await ping(client)).toBe('200 OK');
  });

  it('refuses clients without a certificate and with one of another authority', async () => {
    await expect(ping(null)).rejects.toThrow();
    await expect(ping(stranger)).rejects.toThrow();
  });

  it('refuses what is not TLS', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await text(socket)).not.toContain('OK');
  });

  it.each(['127.0.0.1', 'localhost:2376', 'engine.test', '[::1]:2376'])('answers to its own name %s', async (host) => {
    expect(await ping(client, { headers: { host } })).toBe('200 OK');
  });

  it.each(['evil.test', 'engine.test.evil.test:2376'])('refuses another host name, %s', async (host) => {
    expect(await ping(client, { headers: { host } })).toBe('403 {"message":"the Host header names another host"}\n');
  });

  it('refuses web pages', async () => {
    expect(await ping(client, { headers: { origin: 'https://evil.test' } })).toMatch(/^403 /);
  });

  it('serves the docker CLI, streams with a half closed end included', async () => {
    expect(await docker(client, ['run', '-i', 'busybox', 'cat'], 'piped in')).toEqual({ code: 0, out: 'piped in', err: '' });
    const refused = await docker(stranger, ['version']);
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/tls|certificate/)]);
  });

  it('names the file that is wrong', async () => {
    const listen = (tls: Partial<CertificateFiles>): Promise<string> => api.listen({ kind: 'tcp', host: '127.0.0.1', port: 0, tls: { ...server, ...tls } });
    const noise = join(directory, 'noise.pem');
    writeFileSync(noise, 'noise');
    await expect(listen({ ca: '/missing.pem' })).rejects.toThrow("--tlscacert: ENOENT: no such file or directory, open '/missing.pem'");
    await expect(listen({ cert: noise })).rejects.toThrow(`--tlscert: ${noise} holds no certificate`);
    await expect(listen({ key: client.key })).rejects.toThrow(`--tlskey: ${client.key} does not go with ${server.cert}`);
    await expect(api.listen({ kind: 'tcp', host: '127.0.0.1', port, tls: server })).rejects.toThrow('the port is in use');
  });
});
