import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { DockerTerminal } from '../testkit/docker-terminal.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;
beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  const options = ['--network', 'none', '-e', 'FROM=container', '-w', '/home', '-u', 'slip', '--init'];
  await engine.docker(['run', '-d', '--name', 'host', ...options, IMAGE, 'sleep', '1000']);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const exec = (...args: string[]): Promise<CommandResult> => engine.docker(['exec', ...args]);
async function output(...args: string[]): Promise<string> {
  const result = await exec(...args);
  expect([result.code, result.err]).toEqual([0, '']);
  return result.out;
}
/** The id of an exec made by a request. */
async function created(body: object): Promise<string> {
  const answer = await engine.call('POST', '/containers/host/exec', body);
  expect(answer.status).toBe(201);
  return (answer.json as { Id: string }).Id;
}
const inspected = async (id: string): Promise<object> => (await engine.call('GET', `/exec/${id}/json`)).json as object;

describe.skipIf(!canRunDocker)('docker exec', () => {
  it('Cmd runs with the user, environment and directory of the container', async () => {
    expect(await output('host', 'sh', '-c', 'id -un; pwd; echo $FROM $HOME')).toBe('slip\n/home\ncontainer /home/slip\n');
    expect(await exec('host', 'sh', '-c', 'exit 42')).toMatchObject({ code: 42 });
    expect(await exec('host', 'sh', '-c', 'kill -9 $$')).toMatchObject({ code: 137 });
  });

  it('User, WorkingDir and Env of its own', async () => {
    expect(await output('-u', 'root:audio', '-w', '/tmp', '-e', 'A=1', '-e', 'FROM=exec', 'host', 'sh', '-c', 'id -u; id -g; pwd; echo $A $FROM')).toBe(
      '0\n29\n/tmp\n1 exec\n',
    );
    writeFileSync(join(engine.directory, 'env'), 'FILE=yes\n');
    expect(await output('--env-file', join(engine.directory, 'env'), 'host', 'sh', '-c', 'echo $FILE')).toBe('yes\n');
    expect(await exec('-u', 'nobody-here', 'host', 'true')).toMatchObject({
      code: 126,
      out: expect.stringContaining('unable to find user nobody-here') as string,
    });
    expect(await exec('-w', '/absent', 'host', 'true')).toMatchObject({ code: 127, out: expect.stringContaining('chdir to cwd ("/absent")') as string });
  });

  it('AttachStdin carries the input to its end', async () => {
    expect(await engine.docker(['exec', '-i', 'host', 'sh', '-c', 'cat; echo end'], 'typed\n')).toMatchObject({ code: 0, out: 'typed\nend\n' });
    expect(await engine.docker(['exec', 'host', 'sh', '-c', 'cat; echo end'], 'typed\n')).toMatchObject({ code: 0, out: 'end\n' });
  });

  it('AttachStdout and AttachStderr, each alone', async () => {
    const terminal = { Cmd: ['sh', '-c', 'echo out; echo err >&2'] };
    for (const [attach, seen] of [
      [{ AttachStdout: true }, ['out\n']],
      [{ AttachStderr: true }, ['err\n']],
    ] as const) {
      const id = await created({ ...terminal, ...attach });
      const { text } = await engine.call('POST', `/exec/${id}/start`, {});
      expect(seen.map((line) => text.includes(line))).toEqual([true]);
      expect(text).not.toContain(seen[0] === 'out\n' ? 'err' : 'out');
    }
  });

  it('Tty and ConsoleSize', async () => {
    const terminal = new DockerTerminal(engine, ['exec', '-it', 'host', 'sh']);
    await terminal.type('stty size; tty\r', '27 91');
    await terminal.type('exit 3\r', 'exit 3');
    expect(await terminal.ended).toBe(3);
    const id = await created({ Cmd: ['stty', 'size'], Tty: true, AttachStdout: true, ConsoleSize: [11, 22] });
    expect((await engine.call('POST', `/exec/${id}/start`, { Tty: true })).text).toContain('11 22');
  });

  it('Detach answers at once and inspect tells of the end', async () => {
    expect(await output('-d', 'host', 'sh', '-c', 'echo done >/tmp/detached')).toBe('');
    expect(await output('host', 'sh', '-c', 'until test -s /tmp/detached; do sleep 0.02; done; cat /tmp/detached')).toBe('done\n');
    const id = await created({ Cmd: ['sh', '-c', 'exit 5'], User: 'root', Privileged: true });
    expect(await inspected(id)).toMatchObject({
      ID: id,
      Running: false,
      ExitCode: null,
      ProcessConfig: { entrypoint: 'sh', arguments: ['-c', 'exit 5'], user: 'root', privileged: true },
    });
    expect((await engine.call('POST', `/exec/${id}/start`, { Detach: true })).status).toBe(200);
    await expect.poll(() => inspected(id)).toMatchObject({ Running: false, ExitCode: 5 });
    const again = await engine.call('POST', `/exec/${id}/start`, {});
    expect([again.status, again.json]).toEqual([409, { message: `Error: Exec command ${id} has already run` }]);
  });

  it('is refused by a container that does not run or is paused', async () => {
    await engine.docker(['create', '--name', 'idle', IMAGE]);
    expect(await exec('idle', 'true')).toMatchObject({ code: 1, err: expect.stringContaining('is not running') as string });
    await engine.docker(['rm', 'idle']);
    await engine.docker(['pause', 'host']);
    expect(await exec('host', 'true')).toMatchObject({ code: 1, err: expect.stringContaining('is paused, unpause the container before exec') as string });
    await engine.docker(['unpause', 'host']);
  });

  it.each<[object, string]>([
    [{}, 'No exec command specified'],
    [{ Cmd: [] }, 'No exec command specified'],
    [{ Cmd: { a: 1 } }, 'Cmd: '],
    [{ Cmd: ['a\0b'] }, 'Cmd: an argument contains a NUL byte'],
    [{ Cmd: ['true'], Env: ['=x'] }, 'invalid environment variable: =x'],
    [{ Cmd: ['true'], Env: 'A=1' }, 'Env: '],
    [{ Cmd: ['true'], User: 5 }, 'User: '],
    [{ Cmd: ['true'], WorkingDir: 'rel' }, "the working directory 'rel' is invalid, it needs to be an absolute path"],
    [{ Cmd: ['true'], Tty: 'yes' }, 'Tty: '],
    [{ Cmd: ['true'], Privileged: 1 }, 'Privileged: '],
    [{ Cmd: ['true'], AttachStdin: 'x' }, 'AttachStdin: '],
    [{ Cmd: ['true'], DetachKeys: 'ctrl-ä' }, 'Invalid detach keys (ctrl-ä) provided'],
    [{ Cmd: ['true'], ConsoleSize: [1] }, 'ConsoleSize'],
    [{ Cmd: ['true'], ConsoleSize: [-1, 1] }, 'ConsoleSize.0: '],
  ])('refuses %j and leaves no exec', async (body, message) => {
    const before = (await engine.call('GET', '/containers/host/json')).json as { ExecIDs: unknown };
    const answer = await engine.call('POST', '/containers/host/exec', body);
    expect([answer.status, answer.json]).toEqual([400, { message: expect.stringContaining(message) as string }]);
    expect((await engine.call('GET', '/containers/host/json')).json).toMatchObject({ ExecIDs: before.ExecIDs });
  });
});
