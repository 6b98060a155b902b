import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { RawClient } from '../testkit/raw-client.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
const PATIENCE = { timeout: 20_000, interval: 20 };

let engine: RealEngine;
let id: string;
/** `web` runs, `idle` was never started. */
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  id = (await engine.docker(['run', '-d', '--name', 'web', '--network', 'none', IMAGE, 'sleep', '1000'])).out.trim();
  await engine.docker(['create', '--name', 'idle', '--network', 'none', IMAGE, 'sh', '-c', 'exit 7']);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const docker = (...args: string[]): Promise<CommandResult> => engine.docker(args);
interface Details {
  readonly Id: string;
  readonly Name: string;
  readonly State: Readonly<Record<string, unknown>>;
}
const inspect = async (name: string): Promise<Details> => (await engine.call('GET', `/containers/${name}/json`)).json as Details;
const idle = async (): Promise<string> => (await inspect('idle')).Id;
async function answer(method: string, path: string): Promise<readonly [number, unknown]> {
  const { status, json } = await engine.call(method, path);
  return [status, json === undefined ? undefined : ((json as { message?: string }).message ?? json)];
}

describe.skipIf(!canRunDocker)('top', () => {
  it.each([
    [[], 'UID PID PPID C STIME TTY TIME CMD', /^root \d+ \d+ \d+ \S+ \? 00:00:00 sleep 1000$/],
    [['-ef'], 'UID PID PPID C STIME TTY TIME CMD', /^root \d+ \d+ \d+ \S+ \? 00:00:00 sleep 1000$/],
    [['aux'], 'USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND', /^root \d+ [\d.]+ [\d.]+ \d+ \d+ \? Ss \S+ 0:00 sleep 1000$/],
    [['-o', 'pid,cmd'], 'PID CMD', /^\d+ sleep 1000$/],
    [['-eo', 'pid,user,args'], 'PID USER COMMAND', /^\d+ root sleep 1000$/],
  ])('ps_args %j', async (args, titles, row) => {
    const { code, out, err } = await docker('top', 'web', ...args);
    expect([code, err]).toEqual([0, '']);
    const [first, second, ...more] = out.split('\n').map((line) => line.trim().replace(/ +/g, ' '));
    expect([first, more]).toEqual([titles, ['']]);
    expect(second).toMatch(row);
  });

  it('shows the pids of the host', async () => {
    expect((await docker('top', 'web', '-o', 'pid')).out).toBe(`PID\n${String((await inspect('web')).State['Pid'])}\n`);
  });

  it.each([
    ['-o cmd', "Couldn't find PID field in ps output"],
    ['-o nosuch', 'ps: error: unknown user-defined format specifier "nosuch"'],
    ['x; y', 'ps: error: unsupported option (BSD syntax)'],
  ])('ps_args %s is refused', async (args, message) => {
    expect(await answer('GET', `/containers/web/top?ps_args=${encodeURIComponent(args)}`)).toEqual([400, message]);
  });

  it('of a container that does not run is 409', async () => {
    expect(await answer('GET', '/containers/idle/top')).toEqual([409, `Container ${await idle()} is not running`]);
  });
});

describe.skipIf(!canRunDocker)('pause and unpause', () => {
  it('freeze and go on, and say why not', async () => {
    expect(await docker('pause', 'web')).toMatchObject({ code: 0, out: 'web\n' });
    expect((await inspect('web')).State).toMatchObject({ Status: 'paused', Running: true, Paused: true });
    expect(await answer('POST', '/containers/web/pause')).toEqual([409, `Container ${id} is already paused`]);
    expect((await docker('top', 'web')).out).toContain('sleep 1000');
    expect((await docker('exec', 'web', 'true')).err).toMatch(/is paused, unpause the container before exec/);
    expect(await answer('POST', '/containers/web/start')).toEqual([409, 'cannot start a paused container, try unpause instead']);
    expect(await answer('DELETE', '/containers/web')).toEqual([409, 'cannot remove container "/web": container is paused and must be unpaused first']);
    expect(await docker('unpause', 'web')).toMatchObject({ code: 0, out: 'web\n' });
    expect(await answer('POST', '/containers/web/unpause')).toEqual([409, `Container ${id} is not paused`]);
    expect(await answer('POST', '/containers/idle/pause')).toEqual([409, `Container ${await idle()} is not running`]);
  });
});

describe.skipIf(!canRunDocker)('rename', () => {
  it('frees the old name', async () => {
    expect((await docker('rename', 'idle', 'named')).code).toBe(0);
    expect((await inspect('named')).Name).toBe('/named');
    expect(await answer('GET', '/containers/idle/json')).toEqual([404, 'No such container: idle']);
    expect((await docker('rename', 'named', 'idle')).code).toBe(0);
  });

  it.each([
    ['', 400, 'Neither old nor new names may be empty'],
    ['idle', 400, 'Renaming a container with the same name as its current name'],
    ['a/b', 400, 'Error when allocating new name: Invalid container name (a/b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed'],
    ['x', 400, 'Error when allocating new name: Invalid container name (x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed'],
    [
      'web',
      409,
      expect.stringMatching(/^Error when allocating new name: Conflict\. The container name "\/web" is already in use by container "[0-9a-f]{64}"\./) as string,
    ],
  ])('to %j is refused', async (name, status, message) => {
    expect(await answer('POST', `/containers/idle/rename?name=${encodeURIComponent(name)}`)).toEqual([status, message]);
  });
});

describe.skipIf(!canRunDocker)('kill, stop and restart', () => {
  it('signal by number and name, with and without SIG', async () => {
    const script = 'trap "echo hup" HUP; trap "echo usr" USR1; echo up; while true; do sleep 0.02; done';
    await docker('run', '-d', '--name', 'traps', '--network', 'none', IMAGE, 'sh', '-c', script);
    const log = async (text: string): Promise<void> => vi.waitFor(async () => expect((await docker('logs', 'traps')).out).toBe(text), PATIENCE);
    await log('up\n');
    await docker('kill', '-s', 'HUP', 'traps');
    await log('up\nhup\n');
    await docker('kill', '-s', 'SIGUSR1', 'traps');
    await log('up\nhup\nusr\n');
    await docker('kill', '-s', '1', 'traps');
    await log('up\nhup\nusr\nhup\n');
    await docker('rm', '-f', 'traps');
  });

  it('are refused in words', async () => {
    expect(await answer('POST', '/containers/idle/kill')).toEqual([409, `Cannot kill container: idle: Container ${await idle()} is not running`]);
    expect(await answer('POST', '/containers/web/kill?signal=BAD')).toEqual([400, 'invalid signal: BAD']);
    expect((await answer('POST', '/containers/web/kill?signal=99'))[0]).toBe(400);
    expect((await answer('POST', '/containers/web/stop?t=x'))[0]).toBe(400);
    expect((await answer('POST', '/containers/web/stop?signal=BAD'))[0]).toBe(400);
    expect((await answer('POST', '/containers/idle/stop'))[0]).toBe(304);
    expect((await answer('POST', '/containers/web/start'))[0]).toBe(304);
    for (const verb of ['start', 'stop', 'kill', 'restart', 'pause', 'unpause', 'wait', 'rename?name=other']) {
      expect(await answer('POST', `/containers/nobody/${verb}`)).toEqual([404, 'No such container: nobody']);
    }
  });

  it('restart gives a running and a stopped one a new process', async () => {
    const before = (await inspect('web')).State['Pid'];
    expect(await docker('restart', '-t', '0', 'web')).toMatchObject({ code: 0, out: 'web\n' });
    expect((await inspect('web')).State).toMatchObject({ Status: 'running' });
    expect((await inspect('web')).State['Pid']).not.toBe(before);
    await docker('kill', 'web');
    await docker('wait', 'web');
    await docker('restart', '-s', 'KILL', 'web');
    expect((await inspect('web')).State).toMatchObject({ Status: 'running', ExitCode: 0 });
  });
});

describe.skipIf(!canRunDocker)('wait', () => {
  const waiting = (condition: string): RawClient => new RawClient(engine.socket, `POST /containers/waited/wait?condition=${condition} HTTP/1.1\nHost: x`);
  afterEach(async () => {
    await docker('rm', '-f', 'waited');
  });

  it('condition not-running holds at once for what does not run, next-exit and removed do not', async () => {
    await docker('create', '--name', 'waited', '--network', 'none', IMAGE, 'sh', '-c', 'sleep 0.1; exit 7');
    expect(await answer('POST', '/containers/waited/wait')).toEqual([200, { StatusCode: 0 }]);
    expect(await answer('POST', '/containers/waited/wait?condition=not-running')).toEqual([200, { StatusCode: 0 }]);
    const clients = { exit: waiting('next-exit'), removal: waiting('removed') };
    for (const client of Object.values(clients)) await client.until((one) => one.head.includes('200 OK'));
    expect(clients.exit.body.length).toBe(0);
    await docker('start', 'waited');
    await clients.exit.until((one) => one.body.includes('{"StatusCode":7}'));
    expect(clients.removal.body.length).toBe(0);
    await docker('rm', 'waited');
    await clients.removal.until((one) => one.body.includes('{"StatusCode":7}'));
    for (const client of Object.values(clients)) client.socket.destroy();
  });

  it('several names give their codes in order', async () => {
    await docker('run', '-d', '--name', 'waited', '--network', 'none', IMAGE, 'sh', '-c', 'sleep 0.1; exit 9');
    await docker('start', 'idle');
    expect(await docker('wait', 'waited', 'idle')).toEqual({ code: 0, out: '9\n7\n', err: '' });
  });

  it('tells why the last start failed', async () => {
    await docker('create', '--name', 'waited', '--network', 'none', IMAGE, 'no-such-program');
    await docker('start', 'waited');
    const Message = expect.stringContaining('executable file not found in $PATH') as string;
    expect(await answer('POST', '/containers/waited/wait')).toEqual([200, { StatusCode: 127, Error: { Message } }]);
  });

  it('an unknown condition is refused', async () => {
    expect(await answer('POST', '/containers/web/wait?condition=bad')).toEqual([400, 'invalid condition: "bad"']);
  });
});

describe.skipIf(!canRunDocker)('prune', () => {
  const make = async (name: string, ...flags: string[]): Promise<string> =>
    (await docker('run', '-d', '--name', name, '--network', 'none', ...flags, IMAGE, 'sh', '-c', 'head -c 30000 /dev/zero > /file')).out.trim();
  const prune = async (filters: object): Promise<{ readonly ContainersDeleted: string[] | null; readonly SpaceReclaimed: number }> =>
    (await engine.call('POST', `/containers/prune?filters=${encodeURIComponent(JSON.stringify(filters))}`)).json as never;

  it('filter label and label! choose, SpaceReclaimed is what was written, running ones stay', async () => {
    const kept = await make('kept', '--label', 'keep=yes');
    const gone = await make('gone', '--label', 'team=a');
    await docker('wait', 'kept', 'gone');
    expect(await prune({ label: ['team=b'] })).toEqual({ ContainersDeleted: null, SpaceReclaimed: 0 });
    const pruned = await prune({ label: ['team'], 'label!': ['keep'] });
    expect(pruned.ContainersDeleted).toEqual([gone]);
    expect(pruned.SpaceReclaimed).toBeGreaterThanOrEqual(30_000);
    expect(pruned.SpaceReclaimed).toBeLessThan(100_000);
    expect((await inspect('kept')).Id).toBe(kept);
    expect((await inspect('web')).State).toMatchObject({ Status: 'running' });
  });

  it('filter until takes times and durations before now', async () => {
    expect((await prune({ until: ['1h'] })).ContainersDeleted).toBeNull();
    expect((await prune({ until: ['2020-01-01T00:00:00Z'] })).ContainersDeleted).toBeNull();
    expect((await docker('container', 'prune', '-f', '--filter', 'until=0s', '--filter', 'label=keep')).out).toMatch(
      /^Deleted Containers:\n[0-9a-f]{64}\n\nTotal reclaimed space: .*kB\n$/,
    );
  });

  it.each([
    [{ odd: ['x'] }, "invalid filter 'odd'"],
    [{ until: ['soon'] }, 'until: failed to parse value as time or duration: "soon"'],
    [{ until: ['1h', '2h'] }, 'more than one until filter specified'],
  ])('filters %j are refused', async (filters, message) => {
    expect(await answer('POST', `/containers/prune?filters=${encodeURIComponent(JSON.stringify(filters))}`)).toEqual([400, message]);
  });
});
