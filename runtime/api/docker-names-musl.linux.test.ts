import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'musl/resolve:1';
const hasMusl = spawnSync('musl-gcc', ['--version']).status === 0;
if (!hasMusl) console.warn('skipped: tests of musl: musl-gcc is not installed (Debian: musl-tools)');
const isSkipped = !canRunDocker || !hasMusl;
/** Others on the machine may test at the same time. */
const TEN = `10.${200 + (process.pid % 50)}.60`;

let engine: RealEngine;
// A program of musl, which asks in its own way: A and AAAA at once from one port, and before 1.2.4 never by TCP.
beforeAll(async () => {
  if (isSkipped) return;
  engine = await RealEngine.start();
  const directory = mkdtempSync(join(tmpdir(), 'slipway-musl-'));
  try {
    const program = join(directory, 'resolve');
    execFileSync('musl-gcc', ['-static', '-O1', '-Wall', '-Werror', '-o', program, new URL('../testkit/resolve.c', import.meta.url).pathname]);
    await engine.loadBusybox(IMAGE, { entries: [{ header: { name: 'bin/resolve', mode: 0o755 }, data: readFileSync(program) }] });
  } finally {
    rmSync(directory, { recursive: true });
  }
  await engine.dockerOutput('network', 'create', '--subnet', `${TEN}.0/24`, '--ipv6', '--subnet', 'fd60::/64', 'net');
  await start('asks', '--dns-search', 'corp.test', '--dns-option', 'ndots:1');
});
afterAll(async () => {
  if (!isSkipped) await engine[Symbol.asyncDispose]();
});

const start = (name: string, ...args: string[]): Promise<string> =>
  engine.dockerOutput('run', '-d', '--name', name, '--network', 'net', ...args, IMAGE, 'sleep', '1000');
const resolve = async (...names: string[]): Promise<string> => (await engine.dockerOutput('exec', 'asks', 'resolve', ...names)).trim();

describe.skipIf(isSkipped)('a program of musl', () => {
  it('gets both addresses of a container by its names, and of names nobody has none', async () => {
    await start('web', '--ip', `${TEN}.80`, '--ip6', 'fd60::80', '--network-alias', 'www');
    const both = `${TEN}.80 fd60::80`;
    expect(await resolve('web', 'WWW', 'web.net')).toBe(`web: ${both}\nWWW: ${both}\nweb.net: ${both}`);
    await engine.dockerOutput('rm', '-f', 'web');
    expect(await resolve('web')).toMatch(/^web: (none|error)$/);
  });

  it('finds names below its search domains', async () => {
    await start('mail', '--ip', `${TEN}.81`, '--ip6', 'fd60::81', '--network-alias', 'mail.corp.test');
    await start('other', '--ip', `${TEN}.82`, '--ip6', 'fd60::82', '--network-alias', 'files.corp.test');
    expect(await resolve('files', 'files.corp.test')).toBe(`files: ${TEN}.82 fd60::82\nfiles.corp.test: ${TEN}.82 fd60::82`);
    await engine.dockerOutput('rm', '-f', 'mail', 'other');
  });

  it('gets of a name with more addresses than fit as many as do, all of them by TCP where it asks so', async () => {
    const many = Array.from({ length: 40 }, (_, index) => `many-${index}`);
    await Promise.all(many.map((name) => start(name, '--network-alias', 'many')));
    const found = (await resolve('many')).split(' ').slice(1);
    const [fourth, sixth] = [found.filter((address) => address.startsWith(`${TEN}.`)), found.filter((address) => address.startsWith('fd60::'))];
    expect(new Set(found).size).toBe(found.length);
    // 512 bytes hold 22 or more of IPv4 and 13 or more of IPv6.
    expect([fourth.length >= 20, sixth.length >= 12]).toEqual([true, true]);
    await engine.dockerOutput('rm', '-f', ...many);
  });
});
