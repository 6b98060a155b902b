import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { DockerTerminal } from '../testkit/docker-terminal.ts';
import { RawClient } from '../testkit/raw-client.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';
/** With a configuration of its own in every field. */
const FULL = 'demo/full:1';
const FULL_CONFIG = {
  Entrypoint: ['/bin/echo', 'entry'],
  Cmd: ['cmd'],
  Env: ['PATH=/bin', 'IMAGE=yes', 'BOTH=image'],
  WorkingDir: '/srv/deep',
  User: 'slip',
  Labels: { of: 'image', both: 'image' },
  StopSignal: 'SIGUSR1',
};

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  await engine.loadBusybox(FULL, { config: FULL_CONFIG });
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const run = (...args: string[]): Promise<CommandResult> => engine.docker(['run', '--rm', '--network', 'none', ...args]);
/** What `docker run` prints, and that it went well. */
async function output(...args: string[]): Promise<string> {
  const result = await run(...args);
  expect([result.code, result.err]).toEqual([0, '']);
  return result.out;
}

interface Inspected {
  readonly Path: string;
  readonly Args: string[];
  readonly State: { readonly Running: boolean; readonly ExitCode: number; readonly Status: string };
  readonly HostConfig: Record<string, unknown>;
  readonly Config: Record<string, unknown>;
}
const inspect = async (name: string): Promise<Inspected> => (await engine.call('GET', `/containers/${name}/json`)).json as Inspected;
const remove = (name: string): Promise<CommandResult> => engine.docker(['rm', '-f', name]);
async function start(name: string, ...args: string[]): Promise<void> {
  const result = await engine.docker(['run', '-d', '--name', name, '--network', 'none', ...args]);
  expect([result.code, result.err]).toEqual([0, '']);
}

describe.skipIf(!canRunDocker)('the command of a container', () => {
  it('Entrypoint and Cmd come from the image, each replaced by what is given', async () => {
    expect(await output(FULL)).toBe('entry cmd\n');
    expect(await output(FULL, 'mine', 'too')).toBe('entry mine too\n');
    expect(await output('--entrypoint', '/bin/basename', FULL, '/a/b')).toBe('b\n');
    expect(await output('--entrypoint', '/bin/pwd', FULL)).toBe('/srv/deep\n');
  });

  it('Entrypoint is cleared by an empty one', async () => {
    expect(await output('--entrypoint', '', FULL, 'echo', 'only')).toBe('only\n');
    await engine.docker(['create', '--name', 'cleared', '--entrypoint', '', FULL, 'true']);
    expect(await inspect('cleared')).toMatchObject({ Path: 'true', Args: [], Config: { Entrypoint: null, Cmd: ['true'] } });
    await remove('cleared');
    expect(await engine.docker(['create', '--entrypoint', '', FULL])).toMatchObject({
      code: 1,
      err: expect.stringContaining('no command specified') as string,
    });
  });

  it('Entrypoint and Cmd may be a string in a request', async () => {
    await engine.call('POST', '/containers/create?name=text', { Image: IMAGE, Entrypoint: 'echo', Cmd: 'a b' });
    expect((await engine.docker(['start', '-a', 'text'])).out).toBe('a b\n');
    await remove('text');
  });

  it('Env of client, file and image in Docker’s order of precedence', async () => {
    writeFileSync(join(engine.directory, 'env'), '# note\nFILE=of file\nBOTH=file\n');
    const args = ['--env-file', join(engine.directory, 'env'), '-e', 'MINE=a=b', '-e', 'EMPTY=', '-e', 'BOTH=mine', '--entrypoint', '', FULL, 'env'];
    expect((await output(...args)).split('\n').sort()).toEqual(
      [
        '',
        'BOTH=mine',
        'EMPTY=',
        'FILE=of file',
        'HOME=/home/slip',
        expect.stringMatching(/^HOSTNAME=[0-9a-f]{12}$/),
        'IMAGE=yes',
        'MINE=a=b',
        'PATH=/bin',
      ].map((entry) => entry as string),
    );
    expect(await output('-e', 'IMAGE', '--entrypoint', '', FULL, 'env')).not.toContain('IMAGE');
    expect(await output('-e', 'HOME=/tmp', IMAGE, 'sh', '-c', 'echo $HOME')).toBe('/tmp\n');
    expect(await output('-t', IMAGE, 'sh', '-c', 'echo $TERM')).toBe('xterm\r\n');
  });

  it('WorkingDir is made, as root, where it is missing', async () => {
    expect(await output('-w', '/new/deep', '-u', '1000', IMAGE, 'sh', '-c', 'pwd; stat -c %u:%g:%a /new/deep')).toBe('/new/deep\n0:0:755\n');
    expect(await run('-w', '/etc/passwd', IMAGE, 'true')).toMatchObject({ code: 125, err: expect.stringContaining('chdir to cwd ("/etc/passwd")') as string });
  });

  it.each([
    ['', 'uid=0(root) gid=0(root) groups=0(root)'],
    ['slip', 'uid=1000(slip) gid=1000(slip) groups=29(audio),1000(slip)'],
    ['1000', 'uid=1000(slip) gid=1000(slip) groups=29(audio),1000(slip)'],
    ['slip:daemon', 'uid=1000(slip) gid=1(daemon) groups=1(daemon)'],
    ['4242', 'uid=4242 gid=0(root) groups=0(root)'],
    ['4242:4343', 'uid=4242 gid=4343 groups=4343'],
    [':1000', 'uid=0(root) gid=1000(slip) groups=1000(slip)'],
  ])('User %j', async (user, who) => {
    expect(await output('-u', user, IMAGE, 'id')).toBe(`${who}\n`);
  });

  it.each(['nobody-here', 'slip:no-group', '-1', '99999999999'])('User %j is refused', async (user) => {
    expect(await run(`--user=${user}`, IMAGE, 'id')).toMatchObject({
      code: 125,
      err: expect.stringMatching(/unable to find (user|group)|uids and gids must be/) as string,
    });
  });

  it('GroupAdd by name and by number', async () => {
    expect(await output('-u', '4242:4343', '--group-add', 'audio', '--group-add', '77', IMAGE, 'id', '-G')).toBe('4343 29 77\n');
    expect(await run('--group-add', 'no-group', IMAGE, 'id')).toMatchObject({
      code: 125,
      err: expect.stringContaining('Unable to find group no-group') as string,
    });
  });

  it('Labels and Annotations are kept for inspect', async () => {
    await engine.docker(['create', '--name', 'noted', '-l', 'mine=1', '-l', 'both=mine', '--annotation', 'org.example/a=b=c', FULL]);
    const { Config, HostConfig } = await inspect('noted');
    expect(Config['Labels']).toEqual({ of: 'image', both: 'mine', mine: '1' });
    expect(HostConfig['Annotations']).toEqual({ 'org.example/a': 'b=c' });
    await remove('noted');
  });

  it('finds /.dockerenv, which is no change of its own', async () => {
    await start('marked', IMAGE, 'sh', '-c', 'test -f /.dockerenv && test ! -s /.dockerenv && touch /mine && echo found');
    await engine.docker(['wait', 'marked']);
    expect((await engine.docker(['logs', 'marked'])).out).toBe('found\n');
    expect((await engine.docker(['diff', 'marked'])).out).toBe('A /mine\n');
    await remove('marked');
  });

  it('Runtime, Platform and Isolation are taken where they mean this machine', async () => {
    for (const runtime of ['runc', 'slipway', 'io.containerd.runc.v2']) expect(await output('--runtime', runtime, IMAGE, 'echo', 'ok')).toBe('ok\n');
    expect(await output('--isolation', 'default', IMAGE, 'echo', 'ok')).toBe('ok\n');
    const machine = process.arch === 'x64' ? 'amd64' : process.arch;
    expect(await output('--platform', `linux/${machine}`, IMAGE, 'echo', 'ok')).toBe('ok\n');
    expect(await engine.docker(['create', '--platform', 'linux/s390x', IMAGE])).toMatchObject({ code: 1 });
  });

  it('StopSignal of the image, of the container and of the command', async () => {
    const script = 'for s in USR1 USR2 TERM INT; do trap "echo $s; exit 3" $s; done; echo ready; while :; do sleep 0.02; done';
    for (const [signal, args, stop] of [
      ['USR1', [FULL], []],
      ['USR2', ['--stop-signal', 'SIGUSR2', FULL], []],
      ['INT', ['--stop-signal', 'USR2', FULL], ['--signal', 'INT']],
    ] as const) {
      await start('stopped', '--entrypoint', '', ...args, 'sh', '-c', script);
      await new DockerTerminal(engine, ['logs', '-f', 'stopped']).type('', 'ready');
      await engine.docker(['stop', ...stop, 'stopped']);
      expect((await engine.docker(['logs', 'stopped'])).out).toBe(`ready\n${signal}\n`);
      expect((await inspect('stopped')).State.ExitCode).toBe(3);
      await remove('stopped');
    }
  });

  it('StopTimeout is how long stop waits', async () => {
    await start('stubborn', '--stop-timeout', '1', IMAGE, 'sh', '-c', 'trap "" TERM; while :; do sleep 0.05; done');
    expect((await inspect('stubborn')).Config['StopTimeout']).toBe(1);
    const before = performance.now();
    await engine.docker(['stop', 'stubborn']);
    expect(performance.now() - before).toBeGreaterThan(900);
    expect((await inspect('stubborn')).State.ExitCode).toBe(137);
    await remove('stubborn');
  });
});

describe.skipIf(!canRunDocker)('the streams of a container', () => {
  it('Tty and ConsoleSize', async () => {
    const created = await engine.call('POST', '/containers/create?name=sized', {
      Image: IMAGE,
      Tty: true,
      Cmd: ['stty', 'size'],
      HostConfig: { ConsoleSize: [33, 44] },
    });
    expect(created.status).toBe(201);
    expect((await engine.docker(['start', '-a', 'sized'])).out).toBe('33 44\r\n');
    await remove('sized');
    expect(await output(IMAGE, 'sh', '-c', 'test -t 1 || echo no terminal')).toBe('no terminal\n');
  });

  it('OpenStdin with StdinOnce ends the input with its first client', async () => {
    expect(await engine.docker(['run', '--rm', '-i', '--network', 'none', IMAGE, 'sh', '-c', 'cat; echo end'], 'typed\n')).toEqual({
      code: 0,
      out: 'typed\nend\n',
      err: '',
    });
    expect(await run(IMAGE, 'sh', '-c', 'readlink /proc/self/fd/0; cat; echo end')).toMatchObject({ out: '/dev/null\nend\n' });
  });

  it('OpenStdin with StdinOnce takes an input at each start', async () => {
    expect(await engine.docker(['run', '-i', '--name', 'again', '--network', 'none', IMAGE, 'cat'], 'first')).toMatchObject({ code: 0, out: 'first' });
    expect(await engine.docker(['start', '-ai', 'again'], 'second')).toMatchObject({ code: 0, out: 'second' });
    expect((await inspect('again')).Config).toMatchObject({ OpenStdin: true, StdinOnce: true });
    await remove('again');
  });

  it('OpenStdin without StdinOnce outlives its clients', async () => {
    await start('lasting', '-i', IMAGE, 'sh', '-c', 'while read line; do echo got $line; test $line = last && exit 4; done; echo closed');
    expect((await inspect('lasting')).Config).toMatchObject({ OpenStdin: true, StdinOnce: false });
    for (const word of ['one', 'two']) {
      const client = new RawClient(
        engine.socket,
        'POST /containers/lasting/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: tcp',
        '',
      );
      await client.until(({ head }) => head.includes('101'));
      client.socket.end(`${word}\n`);
      await client.until(({ body }) => body.toString('latin1').includes(`got ${word}`));
      client.socket.destroy();
    }
    expect(await engine.docker(['attach', 'lasting'], 'last\n')).toMatchObject({ code: 4, out: 'got last\n' });
    await remove('lasting');
  });

  it.each([
    [['-a', 'stdout'], { out: 'out\n', err: '' }],
    [['-a', 'stderr'], { out: '', err: 'err\n' }],
    [['-a', 'stdout', '-a', 'stderr'], { out: 'out\n', err: 'err\n' }],
  ])('AttachStdout and AttachStderr: run %j', async (args, seen) => {
    expect(await run(...args, IMAGE, 'sh', '-c', 'echo out; echo err >&2')).toEqual({ code: 0, ...seen });
  });

  it('AttachStdin alone', async () => {
    const result = await engine.docker(['run', '--name', 'fed', '-i', '-a', 'stdin', '--network', 'none', IMAGE, 'sh', '-c', 'cat; echo heard'], 'input\n');
    expect([result.code, result.err]).toEqual([0, '']);
    await engine.docker(['wait', 'fed']);
    expect((await engine.docker(['logs', 'fed'])).out).toBe('input\nheard\n');
    expect((await inspect('fed')).Config).toMatchObject({ AttachStdin: true, AttachStdout: false, AttachStderr: false });
    await remove('fed');
  });

  it('DetachKeys of run, attach and exec, their own and the default', async () => {
    const first = new DockerTerminal(engine, ['run', '-it', '--name', 'keyed', '--network', 'none', '--detach-keys', 'ctrl-a,x', IMAGE, 'sh']);
    await first.type('echo p$((1+1))\r', 'p2');
    await first.type('\u0010\u0011echo q$((1+1))\r', 'q2');
    await first.type('\u0001x', '');
    await first.ended;
    for (const [args, keys] of [
      [['attach', 'keyed'], '\u0010\u0011'],
      [['attach', '--detach-keys', 'q', 'keyed'], 'q'],
      [['exec', '-it', 'keyed', 'sh'], '\u0010\u0011'],
      [['exec', '-it', '--detach-keys', 'ctrl-a,ctrl-b', 'keyed', 'sh'], '\u0001\u0002'],
    ] as const) {
      const terminal = new DockerTerminal(engine, args);
      await terminal.type('echo r$((1+1))\r', 'r2');
      await terminal.type(keys, '');
      await terminal.ended;
      expect((await inspect('keyed')).State.Running).toBe(true);
    }
    const refused = await engine.call('POST', '/containers/keyed/attach?stream=1&stdout=1&detachKeys=ctrl-%C3%A4');
    expect([refused.status, refused.json]).toEqual([400, { message: expect.stringMatching(/^Invalid detach keys/) as string }]);
    await remove('keyed');
  });
});

describe.skipIf(!canRunDocker)('an init before the command', () => {
  it('Init puts a reaper before the command and inspect keeps the command', async () => {
    expect(await run('--init', IMAGE, 'sh', '-c', 'tr "\\0" " " </proc/1/cmdline; echo; echo $$ $PPID; exit 7')).toMatchObject({
      code: 7,
      out: expect.stringMatching(/^\/sbin\/docker-init *\n2 1\n$/) as string,
    });
    await start('init', '--init', IMAGE, 'sh', '-c', 'trap "exit 9" TERM; echo up; while :; do sleep 0.05; done');
    expect(await inspect('init')).toMatchObject({ Path: 'sh', Args: ['-c', expect.anything()], HostConfig: { Init: true } });
    await new DockerTerminal(engine, ['logs', '-f', 'init']).type('', 'up');
    expect((await engine.docker(['top', 'init'])).out).toMatch(/\/sbin\/docker-init\s*\n.* sh -c/);
    await engine.docker(['stop', 'init']);
    expect((await inspect('init')).State.ExitCode).toBe(9);
    await remove('init');
  });

  it('Init reports a command that is missing or not executable', async () => {
    expect(await run('--init', IMAGE, 'no-such-command')).toMatchObject({
      code: 127,
      err: expect.stringContaining('executable file not found in $PATH') as string,
    });
    expect(await run('--init', IMAGE, '/etc/passwd')).toMatchObject({ code: 126, err: expect.stringContaining('permission denied') as string });
  });

  it('Init with a terminal, an input and another user', async () => {
    const terminal = new DockerTerminal(engine, ['run', '--rm', '-it', '--init', '-u', 'slip', '--network', 'none', IMAGE, 'sh']);
    await terminal.type('id -u; echo $PPID; stty size\r', '27 91');
    await terminal.type("sh -c 'echo go$((1+1)); exec sleep 100'\r", 'go2');
    await terminal.type('\u0003echo still$((1+1))\r', 'still2');
    await terminal.type('exit 6\r', 'exit 6');
    expect(await terminal.ended).toBe(6);
    expect(await engine.docker(['run', '--rm', '-i', '--init', '--network', 'none', IMAGE, 'cat'], 'through')).toMatchObject({ code: 0, out: 'through' });
  });
});

describe.skipIf(!canRunDocker)('a wrong value is 400 and makes no container:', () => {
  it.each<[object, string]>([
    [{ Image: 5 }, 'Image: '],
    [{ Image: '' }, ''],
    [{ Cmd: { a: 1 } }, 'Cmd: '],
    [{ Cmd: ['a\0b'] }, 'Cmd: an argument contains a NUL byte'],
    [{ Entrypoint: [1] }, 'Entrypoint'],
    [{ Env: 'A=1' }, 'Env: '],
    [{ Env: ['=1'] }, 'invalid environment variable: =1'],
    [{ Env: ['A=\0'] }, 'Env: A contains a NUL byte'],
    [{ WorkingDir: 'rel' }, "the working directory 'rel' is invalid, it needs to be an absolute path"],
    [{ WorkingDir: 7 }, 'WorkingDir: '],
    [{ User: 7 }, 'User: '],
    [{ Labels: ['a'] }, 'Labels: '],
    [{ Labels: { a: 1 } }, 'Labels.a: '],
    [{ Tty: 'yes' }, 'Tty: '],
    [{ OpenStdin: 1 }, 'OpenStdin: '],
    [{ StdinOnce: 'x' }, 'StdinOnce: '],
    [{ AttachStdin: 'x' }, 'AttachStdin: '],
    [{ StopSignal: 'NOPE' }, 'invalid signal: NOPE'],
    [{ StopSignal: 'SIGRTMAX+1' }, 'invalid signal: SIGRTMAX+1'],
    [{ StopTimeout: '5' }, 'StopTimeout: '],
    [{ StopTimeout: 1.5 }, 'StopTimeout: '],
    [{ HostConfig: [] }, 'HostConfig: '],
    [{ HostConfig: { GroupAdd: 'audio' } }, 'HostConfig.GroupAdd: '],
    [{ HostConfig: { Init: 'true' } }, 'HostConfig.Init: '],
    [{ HostConfig: { Annotations: { '': 'x' } } }, 'invalid Annotations: the empty string is not permitted as an annotation key'],
    [{ HostConfig: { Annotations: { a: 1 } } }, 'HostConfig.Annotations.a: '],
    [{ HostConfig: { Runtime: 'kata' } }, 'unknown or invalid runtime name: kata'],
    [{ HostConfig: { StorageOpt: { size: '1G' } } }, 'StorageOpt: size: this engine limits no writable layer'],
    [{ HostConfig: { Isolation: 'hyperv' } }, "invalid isolation 'hyperv' on linux"],
    [{ HostConfig: { ConsoleSize: [1, 2, 3] } }, 'HostConfig.ConsoleSize: '],
    [{ HostConfig: { ConsoleSize: [-1, 2] } }, 'HostConfig.ConsoleSize.0: '],
    [{ HostConfig: { ConsoleSize: [70_000, 2] } }, 'HostConfig.ConsoleSize.0: '],
  ])('%j', async (config, message) => {
    const answer = await engine.call('POST', '/containers/create?name=refused', { Image: IMAGE, Cmd: ['true'], ...config });
    expect([answer.status, answer.json]).toEqual([400, { message: expect.stringContaining(message) as string }]);
    expect((await engine.call('GET', '/containers/refused/json')).status).toBe(404);
  });

  it('a platform that names none', async () => {
    const answer = await engine.call('POST', '/containers/create?name=refused&platform=a/b/c/d', { Image: IMAGE });
    expect([answer.status, answer.json]).toEqual([400, { message: expect.stringContaining('a/b/c/d') as string }]);
  });
});
