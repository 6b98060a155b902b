import { cpSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { COMPOSE_CLIENTS } from '../testkit/compose-clients.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import { freePort, TestRegistry } from '../testkit/registry.ts';

const IMAGE = 'demo/busybox:1';
const PATIENCE = { timeout: 30_000, interval: 100 };

describe.each(COMPOSE_CLIENTS)('$name', (client) => {
  const isSkipped = !canRunDocker || client.missing !== undefined;
  let engine: RealEngine;
  let project: string;
  let port: number;

  beforeAll(async () => {
    if (isSkipped) return;
    engine = await RealEngine.start(IMAGE);
    project = join(engine.directory, 'shop');
    cpSync(new URL('../testkit/compose-project', import.meta.url), project, { recursive: true });
    port = await freePort();
    writeFileSync(join(project, '.env'), `PORT=${port}\n`);
  });
  afterAll(async () => {
    if (!isSkipped) await engine[Symbol.asyncDispose]();
  });

  /** What it prints on stdout. Throws unless it succeeds. */
  async function compose(...args: string[]): Promise<string> {
    const { code, out, err } = await client.run(engine, project, args);
    if (code !== 0) throw new Error(`${client.name} ${args.join(' ')}: ${code} ${err}`);
    return out;
  }
  const nameOf = (service: string, number = 1): string => ['shop', service, String(number)].join(client.separator);
  const inspect = async (format: string, service: string, number?: number): Promise<string> =>
    (await engine.dockerOutput('inspect', '-f', format, nameOf(service, number))).trim();

  /** The page of the web server, which answers one request after the other. */
  function page(): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, timeout: 2000, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve(text));
        answer.on('error', reject);
      });
      asked.on('error', reject);
      asked.on('timeout', () => asked.destroy(new Error('no answer')));
      asked.end();
    });
  }
  const served = (text: string): Promise<void> => expect.poll(() => page().catch((error: Error) => error.message), PATIENCE).toBe(text);

  it.skipIf(isSkipped)('brings a project up: networks, volumes, health conditions, ports, names', async () => {
    await compose('up', '-d');
    expect((await engine.dockerOutput('ps', '--format', '{{.Names}}')).trim().split('\n').sort()).toEqual(
      [nameOf('store'), nameOf('web'), nameOf('worker')].sort(),
    );
    expect(await inspect('{{.State.Health.Status}}', 'store')).toBe('healthy');
    await served('hello 1\n');
    expect(await inspect('{{.NetworkSettings.Networks.shop_back.IPAddress}}', 'store')).toBe('10.213.77.10');
    expect(await compose('exec', '-T', 'worker', 'nslookup', '-type=a', 'store')).toContain('10.213.77.10');
    expect(await engine.dockerOutput('network', 'inspect', '-f', '{{.Labels.purpose}}', 'shop_back')).toBe('inner\n');
    expect(await engine.dockerOutput('volume', 'inspect', '-f', '{{.Labels.purpose}}', 'shop_data')).toBe('kept\n');
  });

  it.skipIf(isSkipped)('finds everything up to date the second time', async () => {
    const before = await inspect('{{.Id}}', 'web');
    await compose('up', '-d');
    expect(await inspect('{{.Id}}', 'web')).toBe(before);
  });

  it.skipIf(isSkipped)('scales a service, whose replicas share a name', async () => {
    await compose('up', '-d', '--scale', 'worker=3');
    await served('hello 3\n');
    await compose('up', '-d', '--scale', 'worker=1');
    await served('hello 1\n');
  });

  it.skipIf(isSkipped)('shows processes, logs, ports and configuration', async () => {
    expect(await compose('ps')).toContain(nameOf('web'));
    expect(await compose('top', 'worker')).toContain('sleep 1000');
    expect(await compose('port', 'web', '80')).toContain(`127.0.0.1:${port}`);
    expect(await compose('config', '--services')).toContain('store');
    await compose('exec', '-T', 'web', 'sh', '-c', 'echo said >/proc/1/fd/1');
    await expect.poll(() => compose('logs', 'web'), PATIENCE).toContain('said');
  });

  it.skipIf(isSkipped)('runs commands in services: env files, binds, volumes', async () => {
    expect(await compose('exec', '-T', 'store', 'sh', '-c', 'echo $STORE_NAME; cat /site/index.html; ls /data')).toBe('from a file\n<h1>site</h1>\nready\n');
    expect(await compose('run', '--rm', 'worker', 'echo', 'once')).toContain('once\n');
    expect((await client.run(engine, project, ['run', '--rm', '-T', 'worker', 'sh', '-c', 'exit 7'])).code).toBe(7);
    expect(await compose('--profile', 'tools', 'run', '--rm', 'tool')).toContain('tool\n');
  });

  it.skipIf(isSkipped)('makes only what has changed anew', async () => {
    const [web, store] = [await inspect('{{.Id}}', 'web'), await inspect('{{.Id}}', 'store')];
    writeFileSync(join(project, '.env'), `PORT=${port}\nGREETING=changed\n`);
    await compose('up', '-d');
    await served('changed 1\n');
    expect(await inspect('{{.Id}}', 'web')).not.toBe(web);
    expect(await inspect('{{.Id}}', 'store')).toBe(store);
  });

  it.skipIf(isSkipped)('stops, starts, restarts, pauses and kills', async () => {
    await compose('stop', 'worker');
    expect(await inspect('{{.State.Status}}', 'worker')).toBe('exited');
    await compose('start', 'worker');
    await compose('pause', 'worker');
    expect(await inspect('{{.State.Status}}', 'worker')).toBe('paused');
    await compose('unpause', 'worker');
    await compose('restart', '-t', '1', 'web');
    await served('changed 1\n');
    await compose('kill', 'worker');
    await expect.poll(() => inspect('{{.State.Status}}', 'worker'), PATIENCE).toBe('exited');
    await compose('up', '-d');
  });

  it.skipIf(isSkipped)('goes on while the engine is killed, and a killed service comes back', async () => {
    await engine.stop('SIGKILL');
    // It listens anew for each of its clients.
    await served('changed 1\n');
    await engine.start();
    await served('changed 1\n');
    process.kill(Number(await inspect('{{.State.Pid}}', 'web')), 'SIGKILL');
    await expect.poll(() => inspect('{{.RestartCount}}', 'web'), PATIENCE).toBe('1');
    await served('changed 1\n');
  });

  it.skipIf(isSkipped)('builds, pushes, pulls and runs', async () => {
    await using registry = await TestRegistry.start();
    writeFileSync(join(project, '.env'), `PORT=${port}\nGREETING=changed\nREGISTRY=${registry.host}\n`);
    const built = (...args: string[]): Promise<string> => compose('--profile', 'built', ...args);
    await built('build', 'built');
    const image = `${registry.host}/shop/built:1`;
    expect(await engine.dockerOutput('image', 'inspect', '-f', '{{.Config.Labels.purpose}}', image)).toBe('built\n');
    await built('push', 'built');
    await engine.dockerOutput('rmi', image);
    await built('pull', 'built');
    expect(await built('run', '--rm', '--no-deps', 'built')).toBe('copied\nfrom-compose\n');
  });

  it.skipIf(isSkipped)('takes everything down, the volume when asked', async () => {
    await compose('down');
    expect(await engine.dockerOutput('ps', '-aq')).toBe('');
    expect(await engine.dockerOutput('network', 'ls', '--format', '{{.Name}}')).toBe('bridge\nhost\nnone\n');
    expect(await engine.dockerOutput('volume', 'ls', '-q')).toBe('shop_data\n');
    await compose('down', '-v');
    expect(await engine.dockerOutput('volume', 'ls', '-q')).toBe('');
  });
});
