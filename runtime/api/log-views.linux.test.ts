import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { linesIn } from '../testkit/lines-in.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import type { LogFollowMessage, LogLinesAnswer, LogSearchMessage } from './types/log-views.ts';

const IMAGE = 'demo/views:1';

let engine: RealEngine;
beforeAll(async () => {
  if (canRunDocker) engine = await RealEngine.start(IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

async function ran(name: string, script: string, ...options: string[]): Promise<void> {
  await engine.dockerOutput('run', '-d', '--name', name, '--network', 'none', ...options, IMAGE, 'sh', '-c', script);
  await engine.call('POST', `/containers/${name}/wait`);
}
const lines = async (query: string): Promise<LogLinesAnswer> => {
  const answer = await engine.call('GET', `/slipway/v1/logs/lines?${query}`);
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return answer.json as LogLinesAnswer;
};
const texts = async (query: string): Promise<string[]> => (await lines(query)).lines.map(({ text }) => text);
const search = async (query: string): Promise<LogSearchMessage[]> => {
  const answer = await engine.call('GET', `/slipway/v1/logs/search?${query}`);
  return answer.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LogSearchMessage);
};
const numbersOf = (messages: readonly LogSearchMessage[]): number[] =>
  messages.flatMap((message) => ('lines' in message ? linesIn(message.lines, message.from) : []));

describe.skipIf(!canRunDocker)('windows on logs', () => {
  beforeAll(async () => {
    await ran('long', 'seq 0 2999; echo oops >&2');
  });

  it('are opened at the end, at a number, around a line, at a moment and on single lines', async () => {
    const end = await lines('containers=long&count=3');
    expect(end).toMatchObject({ first: 0, end: 3001, from: 2998 });
    expect(end.lines.map(({ text, stream, number }) => [text, stream, number])).toEqual([
      ['2998', 1, 2998],
      ['2999', 1, 2999],
      ['oops', 2, 3000],
    ]);
    expect(await texts('containers=long&from=1500&count=2')).toEqual(['1500', '1501']);
    expect(await texts('containers=long&around=0:10&count=3')).toEqual(['9', '10', '11']);
    expect(await texts('containers=long&at=0:7,0:8,0:2000,0:99999')).toEqual(['7', '8', '2000']);
    expect((await lines('containers=long&time=0&count=1')).from).toBe(0);
    expect((await lines(`containers=long&time=${Math.ceil((end.lines[2]?.time ?? 0) + 1)}&count=1`)).from).toBe(3001);
  });

  it('have a line of over 16 KiB as one, which docker logs gives as Docker does', async () => {
    await ran('wide', "head -c 100000 /dev/zero | tr '\\0' w; echo end; echo after");
    const all = await lines('containers=wide');
    expect(all.lines.map(({ text, number }) => [text.length, number])).toEqual([
      [100_003, 0],
      ['after'.length, 1],
    ]);
    expect(numbersOf(await search('containers=wide&query=wwwend'))).toEqual([0]);
    expect(numbersOf(await search('containers=wide&query=after'))).toEqual([1]);
    expect(await engine.dockerOutput('logs', '--tail', '2', 'wide')).toBe(`${'w'.repeat(100_000)}end\nafter\n`);
  });

  it('find text, patterns and streams, and refuse what is none', async () => {
    expect(numbersOf(await search('containers=long&query=99'))).toHaveLength(3 * 19);
    const pattern = await search(`containers=long&regex=1&query=${encodeURIComponent('^1{3,}$')}`);
    expect(numbersOf(pattern)).toEqual([111, 1111]);
    expect(pattern.at(-1)).toMatchObject({ done: true, count: 2 });
    expect(numbersOf(await search('containers=long&stream=stderr'))).toEqual([3000]);
    const refusal = async (query: string): Promise<unknown[]> => {
      const answer = await engine.call('GET', `/slipway/v1/logs/${query}`);
      return [answer.status, (answer.json as { message: string }).message];
    };
    expect(await refusal('search?containers=long&regex=1&query=(')).toEqual([400, expect.stringMatching(/^query: Invalid regular expression/)]);
    expect(await refusal('search?containers=long&stream=x')).toEqual([400, 'stream: all, stdout or stderr']);
    expect(await refusal('lines?containers=nobody')).toEqual([404, 'No such container: nobody']);
    expect(await refusal('lines')).toEqual([400, 'containers: 1 to 50 of them are required']);
    expect(await refusal('lines?containers=long&count=5000')).toEqual([400, 'count: "5000" is not a whole number from 1 to 1000']);
    expect(await refusal('lines?containers=long&at=7')).toEqual([400, 'a line is a source and a number, as 0:17, not "7"']);
  });

  it('show several containers as one list by time', async () => {
    for (const name of ['merged-a', 'merged-b'])
      await engine.dockerOutput('create', '--name', name, '--network', 'none', IMAGE, 'sh', '-c', `for i in 1 2 3; do echo ${name} $i; sleep 0.2; done`);
    await engine.dockerOutput('start', 'merged-a', 'merged-b');
    await Promise.all(['merged-a', 'merged-b'].map((name) => engine.call('POST', `/containers/${name}/wait`)));
    const all = await lines('containers=merged-a,merged-b&from=0&count=100');
    expect(all.lines.map(({ time }) => time)).toEqual(all.lines.map(({ time }) => time).sort((left, right) => left - right));
    expect(all.lines.map(({ source, number }) => `${source}:${number}`).sort()).toEqual(['0:0', '0:1', '0:2', '1:0', '1:1', '1:2']);
    const hits = (await search('containers=merged-a,merged-b&query=3')).filter((message) => 'lines' in message);
    expect(hits).toMatchObject([
      { source: 0, lines: '2', times: expect.stringMatching(/^\d{16}$/) as string },
      { source: 1, lines: '2', times: expect.stringMatching(/^\d{16}$/) as string },
    ]);
  });

  it('go over rotated files of json-file and local, and keep their numbers', async () => {
    const local = ['--log-driver', 'local', '--log-opt', 'max-size=100k', '--log-opt', 'max-file=3'];
    await ran('rotated', 'seq 0 9999', ...local);
    const all = await lines('containers=rotated&count=1');
    expect(all.lines[0]?.text).toBe('9999');
    expect(all.end).toBeLessThan(9000);
    const first = Number((await texts('containers=rotated&from=0&count=1'))[0]);
    expect(numbersOf(await search('containers=rotated&query=9000'))).toEqual([9000 - first]);
    expect(await texts(`containers=rotated&from=${9000 - first}&count=2`)).toEqual(['9000', '9001']);
  });

  it('follow what is written, and see the log numbered anew by the next engine', async () => {
    await engine.dockerOutput(
      'run',
      '-d',
      '--name',
      'ticking',
      '--network',
      'none',
      IMAGE,
      'sh',
      '-c',
      'i=0; while :; do echo tick $i; i=$((i+1)); sleep 0.05; done',
    );
    const seen: LogFollowMessage[] = [];
    const enough = Promise.withResolvers<void>();
    const call = request({ socketPath: engine.socket, path: '/slipway/v1/logs/follow?containers=ticking&tail=5' }, (answer) => {
      let rest = '';
      answer.on('error', () => undefined);
      answer.on('data', (chunk: Buffer) => {
        const parts = (rest + chunk.toString()).split('\n');
        rest = parts.pop() ?? '';
        seen.push(...parts.map((line) => JSON.parse(line) as LogFollowMessage));
        if ((seen.at(-1)?.end ?? 0) >= 10) enough.resolve();
      });
    });
    call.on('error', () => undefined);
    call.end();
    await enough.promise;
    call.destroy();
    for (const { end, lines: newest } of seen.filter((message) => message.end > 0))
      expect(newest.at(-1)).toMatchObject({ number: end - 1, text: `tick ${end - 1}` });
    const { epoch } = await lines('containers=ticking');
    await engine.stop('SIGKILL');
    await engine.start();
    const after = await lines('containers=ticking&from=0&count=1');
    expect(after.lines[0]?.text).toBe('tick 0');
    expect(after.epoch).not.toBe(epoch);
    await engine.call('DELETE', '/containers/ticking?force=1');
  });

  it('go on when a log is emptied under load: who follows misses nothing, and what came later is there', async () => {
    const loop = 'i=0; while [ ! -e /enough ]; do echo $i; i=$((i+1)); [ $((i % 500)) = 0 ] && usleep 1000; done; echo done; exec sleep 1000';
    await engine.dockerOutput('run', '-d', '--name', 'emptied', '--network', 'none', IMAGE, 'sh', '-c', loop);
    const follower = spawn('docker', ['logs', '-f', 'emptied'], { env: engine.dockerEnvironment });
    const left = once(follower, 'close');
    const chunks: Buffer[] = [];
    let tail = '';
    // It writes without end: what has come is looked at by its last lines alone, or this test falls behind for good.
    follower.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 100))).slice(-100);
    });
    const lastFollowed = (): number => Number(tail.split('\n').at(-2) ?? -1);
    for (let round = 0; round < 5; round++) {
      // A follower that has not come to a file yet when that is taken away never sees it.
      const newest = async (): Promise<string | undefined> => (await texts('containers=emptied&count=1'))[0];
      await expect.poll(newest, { timeout: 30_000, interval: 5 }).toBeDefined();
      const line = Number(await newest());
      await expect.poll(lastFollowed, { timeout: 30_000, interval: 5 }).toBeGreaterThanOrEqual(line);
      const answer = await engine.call('DELETE', '/slipway/v1/containers/emptied/log');
      expect([answer.status, (answer.json as { bytes: number }).bytes > 0]).toEqual([200, true]);
    }
    await engine.dockerOutput('exec', 'emptied', 'touch', '/enough');
    await expect.poll(() => tail.endsWith('\ndone\n'), { timeout: 30_000 }).toBe(true);
    const followed = Buffer.concat(chunks).toString();
    const all = followed.split('\n').slice(0, -2);
    expect(all).toEqual(all.map((_, index) => String(index)));
    const rest = await engine.dockerOutput('logs', 'emptied');
    expect(followed.endsWith(rest)).toBe(true);
    const window = await lines('containers=emptied&count=1');
    expect(window.end - window.first).toBe(rest.split('\n').length - 1);
    follower.kill();
    await left;
  });

  it('are empty after an emptying, rotated files included, whether the container runs or not', async () => {
    const local = ['--log-driver', 'local', '--log-opt', 'max-size=20k', '--log-opt', 'max-file=5'];
    await engine.dockerOutput('run', '-d', '--name', 'full', '--network', 'none', ...local, IMAGE, 'sh', '-c', 'seq 0 9999; exec sleep 1000');
    const shown = async (): Promise<string | undefined> => (await texts('containers=full&count=1'))[0];
    await expect.poll(shown, { timeout: 30_000 }).toBe('9999');
    const { Id } = (await engine.call('GET', '/containers/full/json')).json as { Id: string };
    const directory = join(engine.root, 'containers', Id);
    const files = (): [string, number][] =>
      readdirSync(directory)
        .filter((name) => name.includes('.log'))
        .sort()
        .map((name) => [name, statSync(join(directory, name)).size]);
    for (const end of [false, true]) {
      if (end) await engine.call('POST', '/containers/full/restart?t=0');
      if (end) await expect.poll(shown, { timeout: 30_000 }).toBe('9999');
      if (end) await engine.call('POST', '/containers/full/stop?t=0');
      const bytes = files().reduce((sum, [, size]) => sum + size, 0);
      expect(files().length).toBe(5);
      expect(((await engine.call('GET', '/slipway/v1/disk?areas=0')).json as { logs: Record<string, number> }).logs[Id]).toBe(bytes);
      expect(await engine.call('GET', '/slipway/v1/containers/full/log')).toMatchObject({ status: 200, json: { bytes } });
      expect(await engine.call('DELETE', '/slipway/v1/containers/full/log')).toMatchObject({ status: 200, json: { bytes } });
      expect(files()).toEqual([[`${Id}-json.log`, 0]]);
      expect(await engine.dockerOutput('logs', 'full')).toBe('');
      expect(await lines('containers=full&count=9')).toMatchObject({ lines: [] });
      expect(await engine.call('DELETE', '/slipway/v1/containers/full/log')).toMatchObject({ status: 200, json: { bytes: 0 } });
    }
  });

  it('have lost no line that came later when the engine is killed while it empties them', async () => {
    const loop = 'i=0; while :; do echo $i; i=$((i+1)); done';
    await engine.dockerOutput(
      'run',
      '-d',
      '--name',
      'cut',
      '--network',
      'none',
      '--log-opt',
      'max-size=100k',
      '--log-opt',
      'max-file=20',
      IMAGE,
      'sh',
      '-c',
      loop,
    );
    const size = async (): Promise<number> => ((await engine.call('GET', '/slipway/v1/containers/cut/log')).json as { bytes: number }).bytes;
    await expect.poll(size, { timeout: 30_000 }).toBeGreaterThan(1_500_000);
    const emptied = engine.call('DELETE', '/slipway/v1/containers/cut/log').catch(() => null);
    await engine.stop('SIGKILL');
    await emptied;
    await engine.start();
    await engine.call('POST', '/containers/cut/kill');
    const rest = (await engine.dockerOutput('logs', 'cut')).trim().split('\n').map(Number);
    expect(rest).toEqual(rest.map((_, index) => (rest[0] ?? 0) + index));
    await engine.call('DELETE', '/containers/cut?force=1');
  });

  it('do not exist where no log is kept', async () => {
    await ran('silent', 'echo x', '--log-driver', 'none');
    expect(await engine.call('GET', '/slipway/v1/logs/lines?containers=silent')).toMatchObject({ status: 501 });
    expect(await engine.call('DELETE', '/slipway/v1/containers/silent/log')).toMatchObject({
      status: 501,
      json: { message: 'no log of container "/silent" is kept: its log driver is none' },
    });
  });
});
