import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn as spawnPty } from 'node-pty';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiFixture, startApi } from '../testkit/api-fixture.ts';
import { eventually } from '../testkit/raw-client.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

let api: ApiFixture;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function cli(args: readonly string[], input = '', during?: (kill: (signal: NodeJS.Signals) => void) => Promise<void>): Promise<Result> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, SLIPWAY_HOST: `unix://${api.socket}` } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdin.end(input);
  const closed = once(child, 'close');
  await during?.((signal) => void child.kill(signal));
  await closed;
  return { code: child.exitCode, out, err };
}

describe('slipway run', () => {
  it.each([
    [['run', 'busybox', 'echo', '-x', 'hi'], { code: 0, out: '-x hi\n', err: '' }],
    [['run', 'busybox', 'fail', 'oops'], { code: 3, out: '', err: 'oops\n' }],
    [['run', '--rm', 'busybox', 'exit', '42'], { code: 42, out: '', err: '' }],
    [['run', 'busybox', 'missing'], { code: 127, out: '', err: expect.stringContaining('executable file not found') as string }],
    [['run', 'busybox', '/etc'], { code: 126, out: '', err: expect.stringContaining('permission denied') as string }],
    [['run', 'nobody/nothing'], { code: 125, out: '', err: 'slipway: No such image: nobody/nothing\n' }],
    [['run', '--memory', 'lots', 'busybox'], { code: 125, out: '', err: 'slipway: --memory: "lots" is not a size such as 512m\n' }],
    [['run', '--bogus', 'busybox'], { code: 125, out: '', err: "error: unknown option '--bogus'\n" }],
    [['run', '-it', 'busybox'], { code: 125, out: '', err: 'slipway: the input device is not a TTY\n' }],
    [
      ['-H', 'unix:///nonexistent', 'run', 'busybox'],
      { code: 125, out: '', err: expect.stringContaining('cannot reach an engine at unix:///nonexistent (ENOENT)') as string },
    ],
  ])('%j', async (args, result) => expect(await cli(args)).toEqual(result));

  it('sends its input and its end', async () =>
    expect(await cli(['run', '-i', 'busybox', 'cat'], 'some\ninput')).toEqual({ code: 0, out: 'some\ninput', err: '' }));

  it('hands signals on and ends with the code they make, also before the start is answered', async () => {
    const answered = Promise.withResolvers<void>();
    const start = api.containers.start.bind(api.containers);
    using _slow = vi.spyOn(api.containers, 'start').mockImplementation(async (ref) => {
      await start(ref);
      await answered.promise;
    });
    const result = await cli(['run', '--name', 'signalled', 'busybox', 'sleep'], '', async (kill) => {
      await eventually(() => api.containers.list({ all: false, filters: {} }).some((one) => one.name === 'signalled'), 'it runs');
      kill('SIGTERM');
      answered.resolve();
    });
    expect(result.code).toBe(143);
  });

  it('leaves nothing behind when --rm cannot start', async () => {
    await cli(['run', '--rm', '--name', 'gone', 'busybox', 'missing']);
    expect(api.containers.list({ all: true, filters: { name: ['gone'] } })).toEqual([]);
  });

  it('with a terminal is raw, follows the size, and ends with the code', async () => {
    const terminal = spawnPty(process.execPath, [MAIN, '-H', `unix://${api.socket}`, 'run', '-it', '--name', 'term', 'busybox', 'cat'], { cols: 91, rows: 27 });
    let seen = '';
    terminal.onData((data) => {
      seen += data;
    });
    const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
    await eventually(() => api.containers.resizes.includes('term 27x91'), 'the size is told');
    terminal.write('\u0003abc');
    await eventually(() => seen.includes('\u0003abc'), 'keys come back as they are, ctrl-c too');
    terminal.resize(100, 30);
    await eventually(() => api.containers.resizes.includes('term 30x100'), 'the new size is told');
    api.containers.processOf('term').exit(5);
    expect(await ended).toBe(5);
  });
});

describe('slipway with a running container', () => {
  let id: string;
  beforeAll(async () => {
    const started = await cli(['run', '-d', '--name', 'box', '-e', 'A=b', 'busybox', 'sleep']);
    id = started.out.trim();
  });

  it('prints its whole id', () => expect(id).toMatch(/^[0-9a-f]{64}$/));

  it('lists it', async () => {
    const { out } = await cli(['ps']);
    expect(out.split('\n')[0]).toMatch(/^CONTAINER ID {3}IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$/);
    expect(out).toMatch(new RegExp(`^${id.slice(0, 12)} +busybox +"sleep" .* Up .* box$`, 'm'));
    expect((await cli(['ps', '-q', '--filter', 'name=box'])).out).toBe(`${id.slice(0, 12)}\n`);
    const rows = (await cli(['ps', '-a', '--format', 'json'])).out.trim().split('\n');
    expect(rows.map((row) => (JSON.parse(row) as { Id: string }).Id)).toContain(id);
  });

  it.each([
    [['exec', 'box', 'echo', '--help'], '', { code: 0, out: '--help\n', err: '' }],
    [['exec', '-i', 'box', 'cat'], 'in', { code: 0, out: 'in', err: '' }],
    [['exec', 'box', 'exit', '7'], '', { code: 7, out: '', err: '' }],
    [['exec', 'box', 'missing'], '', { code: 127, out: expect.stringContaining('executable file not found') as string, err: '' }],
    [['exec', 'nobody', 'a'], '', { code: 1, out: '', err: 'slipway: No such container: nobody\n' }],
    [['exec', '-d', 'box', 'sleep'], '', { code: 0, out: '', err: '' }],
  ])('%j', async (args, input, result) => expect(await cli(args, input)).toEqual(result));

  it('inspects it, and names what there is not', async () => {
    const result = await cli(['inspect', 'box', 'busybox', 'nothing']);
    const found = JSON.parse(result.out) as { Id: string }[];
    expect([result.code, result.err, found.length, found[0]?.Id]).toEqual([1, 'Error: No such object: nothing\n', 2, id]);
    expect((await cli(['inspect', '--type', 'container', 'busybox'])).code).toBe(1);
  });

  it('prints what it uses', async () => {
    const sampling = setInterval(() => api.containers.sample(Date.now()), 50);
    try {
      const { out } = await cli(['stats', '--no-stream']);
      expect(out).toMatch(new RegExp(`^${id.slice(0, 12)} +box +50\\.00% +1B / 2B +50\\.00%`, 'm'));
      const json = await cli(['stats', '--no-stream', '--format', 'json', 'box']);
      expect(JSON.parse(json.out)).toMatchObject({ id, name: 'box', cpuPercent: 50 });
    } finally {
      clearInterval(sampling);
    }
  });

  it('stops, starts, kills and removes it, going on after a failure', async () => {
    expect(await cli(['stop', 'nobody', 'box'])).toEqual({ code: 1, out: 'box\n', err: 'Error: No such container: nobody\n' });
    expect(await cli(['start', 'box'])).toEqual({ code: 0, out: 'box\n', err: '' });
    expect((await cli(['rm', 'box'])).err).toMatch(/container is running/);
    expect((await cli(['kill', '-s', 'bogus', 'box'])).err).toBe('Error: Invalid signal: bogus\n');
    expect((await cli(['kill', 'box'])).code).toBe(0);
    expect((await cli(['rm', '--format', 'json', 'box'])).out).toBe('{"name":"box","ok":true}\n');
  });
});

describe('slipway', () => {
  it('prints logs of both streams', async () => {
    await cli(['run', '--name', 'spoke', 'busybox', 'fail', 'words']);
    expect(await cli(['logs', 'spoke'])).toEqual({ code: 0, out: '', err: 'words\n' });
    expect((await cli(['logs', '-t', 'spoke'])).err).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z words\n$/);
    expect((await cli(['logs', '--since', 'soon', 'spoke'])).err).toMatch(/^slipway: --since: /);
  });

  it('loads, lists and removes images', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
    try {
      const archive = join(directory, 'a.tar');
      writeFileSync(archive, 'one:1\ntwo:2\n');
      expect(await cli(['load', '-i', archive])).toEqual({ code: 0, out: 'Loaded image: one:1\nLoaded image: two:2\n', err: '' });
    } finally {
      rmSync(directory, { recursive: true });
    }
    expect((await cli(['load'], 'three:3')).out).toBe('Loaded image: three:3\n');
    expect(await cli(['load'], 'broken')).toEqual({ code: 1, out: '', err: 'slipway: the archive is truncated\n' });
    expect((await cli(['load', '-i', '/nonexistent'])).err).toMatch(/^slipway: --input: ENOENT/);
    expect((await cli(['images'])).out).toMatch(/^one +1 +[0-9a-f]{12} +\S.* ago +1kB$/m);
    expect((await cli(['rmi', 'one:1'])).out).toMatch(/^Untagged: one:1\nDeleted: sha256:/);
  });

  it('says versions, with and without an engine', async () => {
    expect((await cli(['version'])).out).toMatch(/^client +\S+\nnode +24\..*\nengine +0\.0\.0\nAPI +1\.47 \(oldest 1\.24\)\n/);
    const alone = await cli(['-H', 'unix:///nonexistent', 'version', '--format', 'json']);
    expect([alone.code, JSON.parse(alone.out)]).toEqual([1, { Client: expect.anything() as unknown, Engine: null }]);
  });

  it('names a host it cannot use', async () =>
    expect(await cli(['-H', 'tcp://x', 'ps'])).toMatchObject({ code: 1, err: 'slipway: --host: "tcp://x" is not unix:///PATH\n' }));
});
