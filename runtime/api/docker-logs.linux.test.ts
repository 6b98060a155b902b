import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { eventually, RawClient } from '../testkit/raw-client.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/logs:1';

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

interface Inspect {
  readonly Id: string;
  readonly LogPath: string;
  readonly HostConfig: { readonly LogConfig: { readonly Type: string; readonly Config: Record<string, string> } };
}
const inspect = async (name: string): Promise<Inspect> => (await engine.call('GET', `/containers/${name}/json`)).json as Inspect;

let names = 0;
/** Runs a script to its end under the given log options and answers the container's name. */
async function ran(script: string, ...options: string[]): Promise<string> {
  const name = `logs-${names++}`;
  const run = await engine.docker(['run', '-d', '--name', name, '--network', 'none', ...options, IMAGE, 'sh', '-c', script]);
  expect([run.code, run.err]).toEqual([0, '']);
  await engine.call('POST', `/containers/${name}/wait`);
  return name;
}
const logs = (...args: string[]): Promise<CommandResult> => engine.docker(['logs', ...args]);
const sequence = (from: number, to: number): string => Array.from({ length: to - from + 1 }, (_, index) => `${from + index}\n`).join('');
/** Every line of all files of a json-file log, oldest first. */
function linesOf(path: string): Record<string, unknown>[] {
  const files = [...Array(20).keys()].map((index) => (index === 0 ? path : `${path}.${index}`)).filter((file) => existsSync(file));
  return files
    .reverse()
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
const refusal = async (Type: string, Config: Record<string, string>): Promise<unknown[]> => {
  const answer = await engine.call('POST', '/containers/create', { Image: IMAGE, HostConfig: { LogConfig: { Type, Config } } });
  return [answer.status, (answer.json as { message: string }).message];
};

describe.skipIf(!canRunDocker)('docker logs', () => {
  let plain: string;
  beforeAll(async () => {
    plain = await ran('echo one; sleep 0.3; echo two >&2; sleep 0.3; printf three');
  });

  it('stdout and stderr come on their own streams', async () => {
    expect(await logs(plain)).toEqual({ code: 0, out: 'one\nthree', err: 'two\n' });
  });

  it('tail takes the newest lines', async () => {
    expect(await logs('--tail', '2', plain)).toEqual({ code: 0, out: 'three', err: 'two\n' });
    expect(await logs('--tail', '0', plain)).toEqual({ code: 0, out: '', err: '' });
    expect(await logs('--tail', 'all', plain)).toEqual({ code: 0, out: 'one\nthree', err: 'two\n' });
  });

  it('timestamps stand before each line with nine digits', async () => {
    const { out, err } = await logs('--timestamps', plain);
    expect(out).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z one\n\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z three$/);
    expect(err).toMatch(/^\S+Z two\n$/);
  });

  it('since and until select by time, by seconds, by RFC 3339 and by duration', async () => {
    const { err } = await logs('-t', plain);
    const second = err.split(' ')[0] ?? '';
    expect((await logs('--since', second, plain)).out).toBe('three');
    expect((await logs('--since', second, plain)).err).toBe('two\n');
    expect((await logs('--until', second, plain)).out).toBe('one\n');
    expect((await logs('--since', '1h', plain)).out).toBe('one\nthree');
    expect((await logs('--until', '1h', plain)).out).toBe('');
    expect((await logs('--since', '1000000000', '--until', '1000000001', plain)).out).toBe('');
    expect((await engine.call('GET', `/containers/${plain}/logs?stdout=1&since=never`)).status).toBe(400);
  });

  it('follow ends with the container and misses nothing', async () => {
    const name = `logs-${names++}`;
    await engine.docker(['run', '-d', '--name', name, '--network', 'none', IMAGE, 'sh', '-c', 'for i in $(seq 1 300); do echo $i; done; sleep 0.5; echo end']);
    expect((await logs('--follow', name)).out).toBe(`${sequence(1, 300)}end\n`);
    expect((await logs('--follow', '--tail', '1', name)).out).toBe('end\n');
  });

  it('follow ends at until', async () => {
    const name = `logs-${names++}`;
    await engine.docker(['run', '-d', '--name', name, '--network', 'none', IMAGE, 'sh', '-c', 'echo early; sleep 1000']);
    const until = String(Math.ceil(Date.now() / 1000) + 1);
    expect((await logs('--follow', '--until', until, name)).out).toBe('early\n');
    await engine.docker(['rm', '-f', name]);
  });

  it('details shows the attributes of labels, env and tag', async () => {
    const name = await ran(
      'echo one',
      ...['--log-opt', 'labels=tier,absent', '--log-opt', 'env=MODE', '--log-opt', 'tag={{.Name}}/{{.ImageName}}'],
      ...['--label', 'tier=a b', '--label', 'other=1', '--env', 'MODE=fast'],
    );
    expect((await logs('--details', name)).out).toBe(`MODE=fast,tag=${name}%2Fdemo%2Flogs%3A1,tier=a+b one\n`);
    const [line] = linesOf((await inspect(name)).LogPath);
    expect(line).toEqual({ log: 'one\n', stream: 'stdout', attrs: { MODE: 'fast', tag: `${name}/${IMAGE}`, tier: 'a b' }, time: expect.any(String) as string });
    expect((await logs(name)).out).toBe('one\n');
  });

  it('a container without output has an empty log', async () => {
    expect(await logs(await ran('true'))).toEqual({ code: 0, out: '', err: '' });
  });

  it('an unknown container is not found', async () => {
    expect((await logs('nobody')).err).toContain('No such container: nobody');
  });
});

describe.skipIf(!canRunDocker)('LogConfig', () => {
  it('json-file is the default and names its file', async () => {
    const { Id, LogPath, HostConfig } = await inspect(await ran('echo x'));
    expect(HostConfig.LogConfig).toEqual({ Type: 'json-file', Config: {} });
    expect(LogPath).toBe(join(engine.root, 'containers', Id, `${Id}-json.log`));
  });

  it('max-size and max-file rotate, and tail and all reach over the files', async () => {
    const name = await ran('seq 1 2000', '--log-opt', 'max-size=20k', '--log-opt', 'max-file=20');
    const { LogPath } = await inspect(name);
    expect(existsSync(`${LogPath}.2`)).toBe(true);
    expect((await logs(name)).out).toBe(sequence(1, 2000));
    expect((await logs('--tail', '700', name)).out).toBe(sequence(1301, 2000));
  });

  it('max-file drops the oldest files only', async () => {
    const name = await ran('seq 1 3000', '--log-opt', 'max-size=10k', '--log-opt', 'max-file=3');
    const { LogPath } = await inspect(name);
    expect(existsSync(`${LogPath}.3`)).toBe(false);
    const kept = (await logs(name)).out;
    const first = Number(kept.split('\n', 1)[0]);
    expect(first).toBeGreaterThan(1000);
    expect(kept).toBe(sequence(first, 3000));
  });

  it('max-size without max-file starts one file over', async () => {
    const name = await ran('seq 1 3000', '--log-opt', 'max-size=10k');
    const kept = (await logs(name)).out;
    const first = Number(kept.split('\n', 1)[0]);
    expect(kept).toBe(sequence(first, 3000));
    expect(first).toBeGreaterThan(2700);
  });

  it('rotation neither loses nor doubles a line of a follower', async () => {
    const name = `logs-${names++}`;
    const script = 'while [ ! -e /go ]; do sleep 0.02; done; i=1; while [ $i -le 20000 ]; do echo $i; i=$((i+1)); done';
    const options = ['--log-opt', 'max-size=100k', '--log-opt', 'max-file=50'];
    await engine.docker(['run', '-d', '--name', name, '--network', 'none', ...options, IMAGE, 'sh', '-c', script]);
    const followers = [0, 1, 2].map(() => logs('--follow', name));
    await engine.docker(['exec', name, 'touch', '/go']);
    for (const { out } of await Promise.all(followers)) expect(out === sequence(1, 20_000)).toBe(true);
    expect(existsSync(`${(await inspect(name)).LogPath}.10`)).toBe(true);
  });

  it('labels-regex and env-regex choose by pattern', async () => {
    const name = await ran(
      'echo x',
      ...['--log-opt', 'labels-regex=^app\\.', '--log-opt', 'env-regex=^A', '--label', 'app.one=1', '--label', 'b=2', '-e', 'A1=x'],
    );
    expect((await logs('--details', name)).out).toBe('A1=x,app.one=1 x\n');
  });

  it('mode non-blocking and max-buffer-size are taken', async () => {
    const name = await ran('seq 1 500', '--log-opt', 'mode=non-blocking', '--log-opt', 'max-buffer-size=1m');
    expect((await inspect(name)).HostConfig.LogConfig.Config).toEqual({ mode: 'non-blocking', 'max-buffer-size': '1m' });
    expect((await logs(name)).out).toBe(sequence(1, 500));
  });

  it('compress is taken with a warning that it does nothing', async () => {
    const options = ['--log-opt', 'compress=true', '--log-opt', 'max-size=1m', '--log-opt', 'max-file=2'];
    const created = await engine.docker(['create', '--network', 'none', ...options, IMAGE, 'true']);
    expect([created.code, created.err]).toEqual([0, 'WARNING: LogConfig: compress was ignored: rotated log files stay as they were written.\n']);
  });

  it('local keeps a log without naming a file', async () => {
    const name = await ran('echo kept; echo err >&2', '--log-driver', 'local', '--log-opt', 'tag=t');
    expect(await inspect(name)).toMatchObject({ LogPath: '', HostConfig: { LogConfig: { Type: 'local', Config: { tag: 't' } } } });
    expect(await logs(name)).toEqual({ code: 0, out: 'kept\n', err: 'err\n' });
    expect((await logs('--details', '--tail', '1', '-f', name)).err + (await logs('--details', name)).out).toContain('tag=t ');
  });

  it('none keeps nothing and cannot be read', async () => {
    const name = await ran('echo gone', '--log-driver', 'none');
    const { Id, LogPath } = await inspect(name);
    expect([LogPath, existsSync(join(engine.root, 'containers', Id, `${Id}-json.log`))]).toEqual(['', false]);
    expect(await logs(name)).toEqual({ code: 1, out: '', err: 'Error response from daemon: configured logging driver does not support reading\n' });
    expect((await engine.call('GET', `/containers/${name}/logs?stdout=1`)).status).toBe(501);
    const attached = await engine.docker(['run', '--rm', '--network', 'none', '--log-driver', 'none', IMAGE, 'echo', 'seen']);
    expect(attached).toEqual({ code: 0, out: 'seen\n', err: '' });
  });

  it.each([
    ['syslog', {}, "logger: no log driver named 'syslog' is registered"],
    ['json-file', { x: '1' }, "unknown log opt 'x' for json-file log driver"],
    ['local', { x: '1' }, "unknown log opt 'x' for log driver local"],
    ['json-file', { 'max-size': 'ten' }, "invalid value for max-size: ten: invalid size: 'ten'"],
    ['json-file', { 'max-file': '0' }, 'max-file cannot be less than 1'],
    ['json-file', { mode: 'x' }, 'logger: logging mode not supported: x'],
    ['json-file', { 'max-buffer-size': '1m' }, "logger: max-buffer-size option is only supported with 'mode=non-blocking'"],
  ])('refuses %s with %j, and creates nothing', async (type, config, message) => {
    const before = ((await engine.call('GET', '/containers/json?all=1')).json as unknown[]).length;
    expect(await refusal(type, config as Record<string, string>)).toEqual([400, message]);
    expect((await engine.call('GET', '/containers/json?all=1')).json).toHaveLength(before);
  });
});

describe.skipIf(!canRunDocker)('a log that is being read', () => {
  it('can lose its reader in the middle', async () => {
    const name = `logs-${names++}`;
    await engine.docker(['run', '-d', '--name', name, '--network', 'none', IMAGE, 'sh', '-c', 'yes']);
    const client = new RawClient(engine.socket, `GET /containers/${name}/logs?follow=1&stdout=1 HTTP/1.1\nHost: x`);
    await client.until((one) => one.body.length > 100_000);
    client.socket.destroy();
    const handles = (): number =>
      spawnSync('sh', ['-c', `ls -l /proc/${engine.pid}/fd | grep -c json.log`], { encoding: 'utf8' }).stdout.trim() as unknown as number;
    await eventually(() => Number(handles()) === 0, 'the engine has closed the log');
    await engine.docker(['rm', '-f', name]);
  });
});
