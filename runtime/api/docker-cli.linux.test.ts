import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { DockerTerminal } from '../testkit/docker-terminal.ts';
import { EngineProcess } from '../testkit/engine-process.ts';
import { makeBusyboxArchive } from '../testkit/image-archives.ts';
import { leaksAfterGrace } from '../testkit/leak-check.ts';
import { eventually, RawClient } from '../testkit/raw-client.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start();
  await makeBusyboxArchive(join(engine.directory, 'busybox.tar'), IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const stateOf = async (name: string): Promise<Record<string, unknown>> =>
  ((await engine.call('GET', `/containers/${name}/json`)).json as { State: Record<string, unknown> }).State;

describe.skipIf(!canRunDocker)('the docker CLI on the engine', () => {
  it('loads, runs, follows, enters, measures, stops, starts and removes, and nothing is left', async () => {
    expect(await engine.docker(['load', '-q', '-i', join(engine.directory, 'busybox.tar')])).toEqual({ code: 0, out: `Loaded image: ${IMAGE}\n`, err: '' });
    expect((await engine.docker(['images', '--format', '{{.Repository}}:{{.Tag}}'])).out).toBe(`${IMAGE}\n`);

    const script = 'echo started; echo kept >> /root/file; n=0; while true; do echo tick $n; n=$((n+1)); sleep 1; done';
    const run = await engine.docker(['run', '-d', '--name', 'show', '--memory', '64m', IMAGE, 'sh', '-c', script]);
    expect([run.code, run.err]).toEqual([0, '']);
    const id = run.out.trim();
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect((await engine.docker(['ps', '--format', '{{.Names}} {{.State}}'])).out).toBe('show running\n');

    const follower = new DockerTerminal(engine, ['logs', '-f', 'show']);
    await follower.type('', 'tick 1');
    expect(follower.seen).toMatch(/^started\r\ntick 0\r\ntick 1/);
    await follower.type('\u0003', '^C');
    await follower.ended;

    expect(await engine.docker(['exec', 'show', 'sh', '-c', 'hostname; echo err >&2; exit 7'])).toEqual({ code: 7, out: `${id.slice(0, 12)}\n`, err: 'err\n' });
    expect(await engine.docker(['exec', '-i', 'show', 'cat'], 'through stdin')).toEqual({ code: 0, out: 'through stdin', err: '' });

    const shell = new DockerTerminal(engine, ['exec', '-it', 'show', 'sh']);
    await shell.type('stty size\r', '27 91');
    shell.resize(100, 30);
    await shell.type('until stty size | grep 100; do sleep 0.05; done\r', '30 100');
    await shell.type('cat /root/file; tty\r', '/dev/pts/');
    expect(shell.seen).toContain('kept');
    await shell.type('exit 5\r', 'exit 5');
    expect(await shell.ended).toBe(5);

    const stats = await engine.docker(['stats', '--no-stream', '--format', '{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.PIDs}}']);
    expect(stats.out).toMatch(/^show \d+\.\d\d% \d.*B \/ 64MiB [1-9]\d*\n$/);
    expect((await engine.docker(['top', 'show'])).out).toContain('sleep 1');

    expect((await engine.docker(['stop', '-t', '1', 'show'])).code).toBe(0);
    expect(await stateOf('show')).toMatchObject({ Status: 'exited', ExitCode: 137, Pid: 0 });
    expect((await engine.docker(['start', 'show'])).code).toBe(0);
    expect((await engine.docker(['exec', 'show', 'cat', '/root/file'])).out).toBe('kept\nkept\n');

    expect((await engine.docker(['rm', 'show'])).err).toMatch(/is running/);
    expect(await engine.docker(['rm', '-f', 'show'])).toEqual({ code: 0, out: 'show\n', err: '' });
    expect(await leaksAfterGrace({ words: [id], directories: [engine.root, engine.run] })).toEqual([]);
  });

  it.each([
    [['run', '--rm', '--network', 'none', IMAGE, 'echo', 'hi'], undefined, { code: 0, out: 'hi\n', err: '' }],
    [['run', '--rm', '-i', '--network', 'none', IMAGE, 'cat'], 'piped', { code: 0, out: 'piped', err: '' }],
    [['run', '--rm', '--network', 'none', IMAGE, 'sh', '-c', 'exit 7'], undefined, { code: 7, out: '', err: '' }],
    [
      ['run', '--rm', '--network', 'none', IMAGE, 'no-such-command'],
      undefined,
      { code: 127, out: '', err: expect.stringContaining('executable file not found in $PATH') as string },
    ],
    [
      ['run', '--rm', '--network', 'none', IMAGE, '/etc/passwd'],
      undefined,
      { code: 126, out: '', err: expect.stringContaining('permission denied') as string },
    ],
    [
      ['run', '--rm', '--network', 'none', '-u', 'nobody-here', IMAGE, 'true'],
      undefined,
      { code: 125, out: '', err: expect.stringContaining('nobody-here') as string },
    ],
    [
      ['run', '--rm', '--network', 'none', 'nothing/here', 'true'],
      undefined,
      { code: 125, out: '', err: expect.stringContaining("Unable to find image 'nothing/here:latest' locally") as string },
    ],
    [
      ['run', '--rm', '--network', 'container:nobody', IMAGE, 'true'],
      undefined,
      { code: 125, out: '', err: expect.stringContaining('No such container: nobody') as string },
    ],
    [
      ['run', '--rm', '--network', 'nowhere', IMAGE, 'true'],
      undefined,
      { code: 125, out: '', err: expect.stringContaining('network nowhere not found') as string },
    ],
  ])('docker %j', async (args, input, result) => expect(await engine.docker(args, input)).toEqual(result));

  it('leaves no container of those that could not be started with --rm', async () => {
    expect((await engine.docker(['ps', '-aq'])).out).toBe('');
  });

  it('refuses a name in use in the words clients match', async () => {
    await engine.docker(['create', '--name', 'twice', IMAGE]);
    expect((await engine.docker(['create', '--name', 'twice', IMAGE])).err).toMatch(
      /Conflict\. The container name "\/twice" is already in use by container "[0-9a-f]{64}"/,
    );
    await engine.docker(['rm', 'twice']);
  });

  it('keeps the code of a start that failed', async () => {
    await engine.docker(['create', '--name', 'broken', IMAGE, 'no-such-command']);
    expect((await engine.docker(['start', 'broken'])).err).toContain('executable file not found in $PATH');
    expect(await stateOf('broken')).toMatchObject({ Status: 'created', ExitCode: 127, Running: false });
    await engine.docker(['rm', 'broken']);
  });

  it('shows a command that exec cannot find', async () => {
    await engine.docker(['run', '-d', '--name', 'host', '--network', 'none', IMAGE, 'sleep', '1000']);
    expect(await engine.docker(['exec', 'host', 'no-such-command'])).toMatchObject({
      code: 127,
      out: expect.stringContaining('executable file not found') as string,
    });
    expect(await engine.docker(['exec', 'host', '/etc/passwd'])).toMatchObject({ code: 126, out: expect.stringContaining('permission denied') as string });
    await engine.docker(['rm', '-f', 'host']);
  });

  it('detaches by keys and leaves the container running', async () => {
    const terminal = new DockerTerminal(engine, ['run', '-it', '--name', 'detached', '--network', 'none', IMAGE, 'sh']);
    await terminal.type('echo ready$((1+1))\r', 'ready2');
    await terminal.type('\u0010\u0011', '');
    await terminal.ended;
    expect(await stateOf('detached')).toMatchObject({ Running: true });
    await engine.docker(['rm', '-f', 'detached']);
  });

  it('answers a broken request and goes on', async () => {
    const answer = await engine.call('POST', '/containers/create', '{"Image":', { 'Content-Type': 'application/json' });
    expect([answer.status, answer.json]).toEqual([400, { message: expect.stringMatching(/^invalid JSON/) as string }]);
    expect((await engine.docker(['ps', '-q'])).code).toBe(0);
  });
});

describe.skipIf(!canRunDocker)('clients that go away', () => {
  it('in the middle of attach and of logs leave the container as it is', async () => {
    await engine.docker(['run', '-d', '--name', 'loud', '--network', 'none', IMAGE, 'sh', '-c', 'while true; do echo line; done']);
    const upgrade = 'Connection: Upgrade\nUpgrade: tcp';
    const clients = [
      new RawClient(engine.socket, `POST /containers/loud/attach?stream=1&stdout=1 HTTP/1.1\nHost: x\n${upgrade}`),
      new RawClient(engine.socket, 'GET /containers/loud/logs?follow=1&stdout=1 HTTP/1.1\nHost: x'),
    ];
    for (const client of clients) {
      await client.until((one) => one.body.length > 100_000);
      client.socket.destroy();
    }
    expect(await stateOf('loud')).toMatchObject({ Running: true });
    const memory = async (): Promise<number> => ((await engine.call('GET', '/slipway/v1/status')).json as { memory: number }).memory;
    const before = await memory();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect((await memory()) - before).toBeLessThan(50_000_000);
    await engine.docker(['rm', '-f', 'loud']);
  });

  it('in the middle of a load leave nothing of it', async () => {
    const files = (): string => spawnSync('find', [join(engine.root, 'content'), join(engine.root, 'layers'), '-type', 'f'], { encoding: 'utf8' }).stdout;
    const before = files();
    const archive = spawnSync('cat', [join(engine.directory, 'busybox.tar')], { maxBuffer: 1 << 30 }).stdout.toString('latin1');
    const half = archive.slice(0, archive.length / 2);
    const client = new RawClient(engine.socket, `POST /images/load HTTP/1.1\nHost: x\nContent-Length: ${archive.length}`);
    client.socket.write(Buffer.from(half, 'latin1'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    client.socket.destroy();
    await eventually(() => files() === before, 'the store is as it was');
  });
});

describe.skipIf(!canRunDocker)('an engine that ends', () => {
  it('is not joined by a second one on the same root', async () => {
    await expect(EngineProcess.start(engine.directory, '--run', join(engine.directory, 'other'))).rejects.toThrow(`another engine (pid ${engine.pid})`);
    expect((await engine.docker(['ps', '-q'])).code).toBe(0);
  });

  it('by a kill finds its containers, their logs and codes again, and takes over its socket', async () => {
    const script = 'echo before; while [ ! -e /stop ]; do sleep 0.05; done; echo after; exit 33';
    const run = await engine.docker(['run', '-d', '--name', 'survivor', '--network', 'none', IMAGE, 'sh', '-c', script]);
    const id = run.out.trim();
    await engine.docker(['run', '-d', '--name', 'absent', '--network', 'none', IMAGE, 'sh', '-c', 'sleep 1; echo gone; exit 44']);
    const before = await stateOf('survivor');
    const { Pid: absent } = await stateOf('absent');
    expect(await engine.stop('SIGKILL')).toBeNull();
    await eventually(() => !existsSync(`/proc/${Number(absent)}`), 'the other one has ended');
    await engine.start();

    expect(await stateOf('survivor')).toMatchObject({ Running: true, Pid: before['Pid'], StartedAt: before['StartedAt'] });
    expect(await stateOf('absent')).toMatchObject({ Running: false, ExitCode: 44 });
    expect((await engine.docker(['logs', 'absent'])).out).toBe('gone\n');
    expect((await engine.docker(['exec', 'survivor', 'touch', '/stop'])).code).toBe(0);
    expect((await engine.docker(['wait', 'survivor'])).out).toBe('33\n');
    expect((await engine.docker(['logs', 'survivor'])).out).toBe('before\nafter\n');
    expect((await engine.docker(['rm', 'survivor', 'absent'])).code).toBe(0);
    expect(await leaksAfterGrace({ words: [id], directories: [engine.root, engine.run] })).toEqual([]);
  });

  it('by SIGTERM leaves its containers running', async () => {
    await engine.docker(['run', '-d', '--name', 'lasting', '--network', 'none', IMAGE, 'sleep', '1000']);
    const { Pid } = await stateOf('lasting');
    expect(await engine.stop()).toBe(0);
    expect(() => process.kill(Number(Pid), 0)).not.toThrow();
    await engine.start();
    expect(await stateOf('lasting')).toMatchObject({ Running: true, Pid });
    await engine.docker(['rm', '-f', 'lasting']);
  });
});
