import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBusyboxArchive } from '../testkit/image-archives.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const canRun = process.getuid?.() === 0;
if (!canRun) console.warn('skipped: needs root');

const IMAGE = 'unreachable/busybox:1';

let engine: RealEngine;
beforeAll(async () => {
  if (!canRun) return;
  engine = await RealEngine.start();
  const archive = join(engine.directory, 'busybox.tar');
  await makeBusyboxArchive(archive, IMAGE);
  await engine.docker(['load', '-q', '-i', archive]);
});
afterAll(async () => {
  if (canRun) await engine[Symbol.asyncDispose]();
});

const run = async (network: string, script: string): Promise<string> =>
  (await engine.docker(['run', '--rm', '--network', network, IMAGE, 'sh', '-c', `(${script}) 2>&1`])).out;

describe.skipIf(!canRun)('the API, from inside a container', () => {
  it('is not reached by any file: no socket of the engine is there', async () => {
    expect(existsSync(engine.socket)).toBe(true);
    const output = await run('none', `ls ${engine.socket} ${engine.run} /run/slipway /var/run/docker.sock; find / -xdev -type s; echo looked`);
    expect(output).toMatch(/No such file[^]*looked\n$/);
    expect(output).not.toMatch(/^\/.*\.sock$/m);
  });

  it('is not offered by the gateway of the bridge on the ports that engines use', async () => {
    const script =
      'gateway=$(ip route | sed -n "s/^default via \\([0-9.]*\\).*/\\1/p"); for port in 2375 2376 2377 80 443; do printf "GET /_ping HTTP/1.0\\r\\n\\r\\n" | nc -w 2 $gateway $port; done; echo asked $gateway';
    expect(await run('bridge', script)).toMatch(/^(nc: [^\n]*\n){5}asked \d+\.\d+\.\d+\.\d+\n$/);
  });

  it("is not found in the host's network: neither a port nor an abstract socket is the engine's", async () => {
    const output = await run(
      'host',
      'cat /proc/net/unix; for port in 2375 2376; do printf "GET /_ping HTTP/1.0\\r\\n\\r\\n" | nc -w 2 127.0.0.1 $port; done; echo asked',
    );
    expect(output).not.toMatch(/@\S*slipway/);
    expect(output).not.toMatch(/^OK/m);
    expect(output).toMatch(/asked\n$/);
  });

  it('is not reached by the processes of the host that a container is shown', async () => {
    const output = (
      await engine.docker(['run', '--rm', '--network', 'none', '--pid', 'host', IMAGE, 'sh', '-c', `ls /proc/${engine.pid}/root/ /proc/${engine.pid}/fd/ 2>&1`])
    ).out;
    expect(output).toMatch(/Permission denied/);
    expect(output).not.toContain('slipway.sock');
  });
});
