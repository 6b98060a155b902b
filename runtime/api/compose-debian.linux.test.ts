import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { COMPOSE_CLIENTS } from '../testkit/compose-clients.ts';
import { makeSmallDebianArchive } from '../testkit/debian-base.ts';
import { RealEngine, runCommand } from '../testkit/real-engine.ts';
import { freePort } from '../testkit/registry.ts';

const MINUTES = 60_000;
const PATIENCE = { timeout: MINUTES, interval: 200 };

let engine: RealEngine;
let project: string;
let port: number;

// The images are built from Debian's packages by the first client; the second one finds every step in the cache.
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start();
  const archive = join(engine.directory, 'debian.tar');
  await makeSmallDebianArchive(archive, 'debian:bookworm-slim');
  await engine.dockerOutput('load', '-q', '-i', archive);
  project = join(engine.directory, 'counter');
  cpSync(new URL('../testkit/counter-project', import.meta.url), project, { recursive: true });
  port = await freePort();
  writeFileSync(join(project, '.env'), `PORT=${port}\n`);
}, 5 * MINUTES);
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
}, MINUTES);

describe.each(COMPOSE_CLIENTS)('a page, a store and a worker of Debian packages by $name', { timeout: 3 * MINUTES }, (client) => {
  const isSkipped = !canRunDocker || client.missing !== undefined;
  /** One connection for all requests: it shows that connections live on. */
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let connection: unknown;
  afterAll(() => agent.destroy());

  async function compose(...args: string[]): Promise<string> {
    const { code, out, err } = await client.run(engine, project, args);
    if (code !== 0) throw new Error(`${client.name} ${args.join(' ')}: ${code} ${out} ${err}`);
    return out;
  }
  const nameOf = (service: string, number = 1): string => ['counter', service, String(number)].join(client.separator);
  const inspect = async (format: string, service: string): Promise<string> => (await engine.dockerOutput('inspect', '-f', format, nameOf(service))).trim();
  const pidOf = async (service: string): Promise<number> => Number(await inspect('{{.State.Pid}}', service));

  /** What the page answers on the connection that is kept. */
  function page(path: string, body?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path, method: body === undefined ? 'GET' : 'POST', agent, timeout: 20_000 }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => resolve(text));
        answer.on('error', reject);
      });
      asked.on('socket', (socket) => (connection = socket));
      asked.on('error', reject);
      asked.on('timeout', () => asked.destroy(new Error('no answer')));
      asked.end(body);
    });
  }
  /** What the page answers to curl, by a connection of its own. */
  const curl = async (path: string, ...args: string[]): Promise<string> =>
    (await runCommand('curl', ['-s', '-m', '20', ...args, `http://localhost:${port}${path}`])).out;
  const done = (text: RegExp): Promise<void> => expect.poll(() => page('/done').catch((error: Error) => error.message), PATIENCE).toMatch(text);

  it.skipIf(isSkipped)(
    'comes up and counts, and the worker works',
    async () => {
      await compose('up', '-d', '--build');
      expect(await inspect('{{.State.Health.Status}}', 'redis')).toBe('healthy');
      await expect.poll(() => curl('/'), PATIENCE).toBe('visit 1\n');
      expect([await curl('/'), await page('/'), await page('/')]).toEqual(['visit 2\n', 'visit 3\n', 'visit 4\n']);
      expect(await curl('/', '-d', 'tea')).toMatch(/^queued \d\n$/);
      await done(new RegExp(`^tea by ${(await inspect('{{.Config.Hostname}}', 'worker')).slice(0, 12)}\n$`));
    },
    8 * MINUTES,
  );

  it.skipIf(isSkipped)('knows its services by name, all replicas by one', async () => {
    const address = await inspect('{{(index .NetworkSettings.Networks "counter_back").IPAddress}}', 'redis');
    expect(await compose('exec', '-T', 'web', 'getent', 'ahostsv4', 'redis')).toContain(`${address} `);
    await compose('up', '-d', '--scale', 'worker=3');
    const names = ['exec', '-T', 'web', 'python3', '-c', 'import socket; print(len(socket.gethostbyname_ex("worker")[2]))'];
    expect(await compose(...names)).toBe('3\n');
    await compose('up', '-d', '--scale', 'worker=1');
    expect(await compose(...names)).toBe('1\n');
  });

  it.skipIf(isSkipped)('gets a killed store back by its policy, with what it had stored', async () => {
    const before = await pidOf('redis');
    process.kill(before, 'SIGKILL');
    await expect.poll(() => inspect('{{.RestartCount}} {{.State.Running}}', 'redis'), PATIENCE).toBe('1 true');
    expect(await pidOf('redis')).not.toBe(before);
    await expect.poll(() => page('/'), PATIENCE).toBe('visit 5\n');
    await page('/', 'coffee');
    await done(/^tea by .*\ncoffee by .*\n$/);
  });

  it.skipIf(isSkipped)('goes on while the engine is killed; what died meanwhile is back with it', async () => {
    await page('/');
    const kept = connection;
    const worker = await pidOf('worker');
    await engine.stop('SIGKILL');
    expect([await page('/'), await curl('/')], 'the connection, and new ones, without an engine').toEqual(['visit 7\n', 'visit 8\n']);
    process.kill(worker, 'SIGKILL');
    // One that is about to die may still be handed an order, which is lost with it.
    await expect.poll(() => existsSync(`/proc/${worker}`), PATIENCE).toBe(false);
    expect(await page('/', 'cake')).toMatch(/^queued \d\n$/);
    await engine.start();
    expect([await page('/'), connection === kept], 'the same connection').toEqual(['visit 9\n', true]);
    await done(/\ncake by .*\n$/);
    expect(await pidOf('worker')).not.toBe(worker);
    expect(await compose('port', 'web', '80')).toContain(`:${port}`);
    expect(await compose('exec', '-T', 'worker', 'getent', 'ahostsv4', 'redis')).toMatch(/^10\.|^172\.|^192\.168\./);
  });

  it.skipIf(isSkipped)('goes down with everything', async () => {
    await compose('down', '-v', '-t', '2');
    expect(await curl('/')).toBe('');
    const left = await Promise.all(
      [
        ['ps', '-aq'],
        ['volume', 'ls', '-q'],
        ['network', 'ls', '--format', '{{.Name}}'],
      ].map((args) => engine.dockerOutput(...args)),
    );
    expect(left).toEqual(['', '', 'bridge\nhost\nnone\n']);
  });
});
