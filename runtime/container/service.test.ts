import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError } from '../base/errors.ts';
import { type FakeMachine, fakeMachine } from '../testkit/container-fakes.ts';
import { type ContainerServiceHandle, openContainers } from './service.ts';

const PATIENCE = { timeout: 20_000 };

let machine: FakeMachine;
let containers: ContainerServiceHandle;
const signal = new AbortController().signal;

beforeEach(async () => {
  machine = fakeMachine();
  containers = await openContainers(machine.deps);
});
afterEach(async () => {
  for (const container of machine.launcher.containers) container.end(0);
  await containers[Symbol.asyncDispose]();
  machine[Symbol.dispose]();
});

type Config = Parameters<ContainerServiceHandle['create']>[0];
const create = async (config: Partial<Config> = {}, name = 'web'): Promise<string> => (await containers.create({ Image: 'busybox', ...config }, { name })).id;
const wait = (ref: string, condition: 'not-running' | 'next-exit' | 'removed') => containers.wait(ref, condition, { signal, armed: () => undefined });
const status = (ref: string) => containers.inspect(ref).state.status;
const launched = () => {
  const container = machine.launcher.containers.at(-1);
  if (container === undefined) throw new Error('nothing was launched');
  return container;
};
async function textOf(output: AsyncIterable<{ readonly data: Uint8Array }>): Promise<string> {
  let text = '';
  for await (const { data } of output) text += Buffer.from(data).toString();
  return text;
}

describe('create', () => {
  it('makes a snapshot, a directory and a record, and says so', async () => {
    const id = await create({ Labels: { a: 'b' } });
    expect(containers.inspect('web')).toMatchObject({ id, name: 'web', path: 'sh', args: [], imageName: 'busybox:latest', state: { status: 'created' } });
    expect([...machine.snapshots]).toEqual([id]);
    expect([...machine.stored.keys()]).toEqual([id]);
    expect(machine.actions()).toEqual(['create']);
  });

  it('names what has no name', async () => {
    const { id } = await containers.create({ Image: 'busybox' }, {});
    expect(containers.inspect(id).name).toMatch(/^[a-z]+_[a-z]+/);
  });

  it('warns of what it accepts without effect', async () => {
    const config = { Image: 'busybox', HostConfig: { NetworkMode: 'host', Init: true, PortBindings: { '80/tcp': [{ HostPort: '8080' }] } } };
    const { warnings } = await containers.create(config, { name: 'warned' });
    expect(warnings).toEqual(['Published ports are discarded when using host network mode']);
  });

  it('refuses a name in use in the words clients know', async () => {
    const id = await create();
    await expect(create()).rejects.toThrow(`Conflict. The container name "/web" is already in use by container "${id}". You have to remove (or rename)`);
    expect(machine.snapshots.size).toBe(1);
  });

  it.each<[Partial<Config>, string]>([
    [{ Image: 'nope' }, 'No such image: nope'],
    [{ WorkingDir: 'x' }, "the working directory 'x' is invalid"],
    [{ HostConfig: { NetworkMode: 'gone' } }, 'network gone not found'],
    [{ HostConfig: { PidMode: 'container:gone' } }, 'No such container: gone'],
    [{ HostConfig: { Mounts: [{ Type: 'bind', Source: '/no/such/path', Target: '/x' }] } }, 'bind source path does not exist: /no/such/path'],
    [{ HostConfig: { RestartPolicy: { Name: 'sometimes' } } }, "invalid restart policy: unknown policy 'sometimes'"],
    [{ HostConfig: { AutoRemove: true, RestartPolicy: { Name: 'always' } } }, "can't create 'AutoRemove' container with restart policy"],
  ])('leaves nothing of %j', async (config, text) => {
    await expect(create(config)).rejects.toThrow(text);
    expect([machine.snapshots.size, machine.stored.size, readdirSync(machine.deps.directories.containers).length]).toEqual([0, 0, 0]);
    await create();
  });

  it('leaves nothing when the record cannot be stored', async () => {
    vi.spyOn(machine.deps.records, 'insert').mockImplementationOnce(() => {
      throw new Error('disk full');
    });
    await expect(create()).rejects.toThrow('disk full');
    expect(machine.snapshots.size).toBe(0);
    expect(readdirSync(machine.deps.directories.containers)).toEqual([]);
    await create();
  });
});

describe('start to exit', () => {
  it('runs, exits and is stored with its code and time', async () => {
    machine.launcher.program = { code: 3 };
    const id = await create();
    const exit = wait('web', 'next-exit');
    await containers.start('web');
    expect(await exit).toEqual({ exitCode: 3, error: '' });
    expect(containers.inspect(id).state).toMatchObject({ status: 'exited', exitCode: 3, pid: 0 });
    expect(machine.actions()).toEqual(['create', 'start', 'die 3']);
    await vi.waitFor(() => expect(launched().acknowledged).toBe(true), PATIENCE);
    expect(machine.stored.get(id)?.container.state).toMatchObject({ status: 'exited', exitCode: 3 });
    expect(machine.cgroups.groups.size).toBe(0);
    await vi.waitFor(() => expect(readdirSync(machine.deps.directories.run)).toEqual([]), PATIENCE);
  });

  it('gives the process its user, environment and files', async () => {
    const id = await create({ User: 'web', Env: ['A=1'], Cmd: ['env'] });
    await containers.start('web');
    const { final, plan } = launched();
    expect(final.map(({ op }) => op)).toEqual(['umask', 'bounding', 'user', 'capabilities', 'cwd', 'exec']);
    expect(final.at(-1)).toMatchObject({ candidates: ['/bin/env'], env: ['PATH=/bin', `HOSTNAME=${id.slice(0, 12)}`, 'A=1', 'HOME=/srv'] });
    expect(final.find(({ op }) => op === 'user')).toMatchObject({ uid: 33, gid: 33 });
    expect(final.find(({ op }) => op === 'capabilities')).toMatchObject({ effective: 0n, inheritable: 0n });
    const hosts = plan.setup.find((op) => op.op === 'bind' && op.target === '/etc/hosts');
    expect(readFileSync(hosts?.op === 'bind' ? hosts.source : '', 'utf8')).toContain(`172.29.0.2\t${id.slice(0, 12)}\n`);
  });

  it('is refused twice and while paused', async () => {
    await create();
    await containers.start('web');
    await expect(containers.start('web')).rejects.toMatchObject({ kind: 'NotModified' });
    await containers.pause('web');
    await expect(containers.start('web')).rejects.toThrow('cannot start a paused container, try unpause instead');
  });

  it('reports a missing command and stays created', async () => {
    machine.launcher.goFailure = new EngineError('InvalidArgument', 'exec failed', { details: { step: 'exec', errno: 'ENOENT' } });
    await create({ Cmd: ['nope'] });
    await expect(containers.start('web')).rejects.toThrow('exec: "nope": executable file not found in $PATH');
    expect(containers.inspect('web').state).toMatchObject({ status: 'created', exitCode: 127 });
    expect([machine.cgroups.groups.size, machine.released.length, readdirSync(machine.deps.directories.run).length]).toEqual([0, 1, 0]);
    machine.launcher.goFailure = null;
    await containers.start('web');
    expect(containers.inspect('web').state).toMatchObject({ status: 'running', exitCode: 0, error: '' });
  });

  it('aborts what waits when the user is unknown', async () => {
    await create({ User: 'nobody' });
    await expect(containers.start('web')).rejects.toThrow('unable to find user nobody: no matching entries in passwd file');
    expect(machine.launcher.aborted).toBe(1);
    expect(machine.cgroups.groups.size).toBe(0);
  });

  it('records a lost monitor as killed', async () => {
    await create();
    await containers.start('web');
    const exit = wait('web', 'next-exit');
    launched().lose();
    expect(await exit).toMatchObject({ exitCode: 137 });
  });

  it('tells of an out-of-memory kill', async () => {
    await create();
    await containers.start('web');
    launched().end(137, { oomKilled: true });
    await wait('web', 'not-running');
    expect(containers.inspect('web').state.oomKilled).toBe(true);
    expect(machine.actions().slice(-2)).toEqual(['oom', 'die 137']);
  });
});

describe('stop, kill, restart', () => {
  it('asks and records the order of events', async () => {
    await create();
    await containers.start('web');
    await containers.stop('web', {});
    expect(launched().signals).toEqual([15]);
    expect(machine.actions()).toEqual(['create', 'start', 'kill', 'die 143', 'stop']);
    await expect(containers.stop('web', {})).rejects.toMatchObject({ kind: 'NotModified' });
  });

  it('kills what does not end in its grace', async () => {
    await create({ StopSignal: 'SIGUSR1' });
    await containers.start('web');
    launched().mortal = [9];
    await containers.stop('web', { timeout: 0 });
    expect(launched().signals).toEqual([10, 9]);
    expect(containers.inspect('web').state.exitCode).toBe(137);
  });

  it('waits out a grace that is longer than any timer', async () => {
    await create({ StopTimeout: 2 ** 31 });
    await containers.start('web');
    launched().mortal = [9];
    const stopped = containers.stop('web', {});
    await vi.waitFor(() => expect(launched().signals).toEqual([15]), PATIENCE);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(launched().signals).toEqual([15]);
    launched().end(0);
    await stopped;
  });

  it('lets a kill through while a stop waits', async () => {
    await create();
    await containers.start('web');
    launched().mortal = [9];
    const stopped = containers.stop('web', { timeout: -1 });
    await vi.waitFor(() => expect(launched().signals).toEqual([15]), PATIENCE);
    await containers.kill('web', 'KILL');
    await stopped;
    await expect(containers.kill('web', 'KILL')).rejects.toThrow('is not running');
  });

  it('restarts', async () => {
    await create();
    await containers.start('web');
    await containers.restart('web', {});
    expect(machine.launcher.containers).toHaveLength(2);
    expect(status('web')).toBe('running');
    expect(machine.actions().slice(-4)).toEqual(['die 143', 'stop', 'start', 'restart']);
  });

  it('refuses unknown signals and references', async () => {
    await create();
    await expect(containers.kill('web', 'NOPE')).rejects.toThrow('invalid signal: NOPE');
    await expect(containers.kill('gone', 'KILL')).rejects.toThrow('No such container: gone');
  });
});

describe('restart policies', () => {
  it('brings it back after a pause until it is stopped', async () => {
    await create({ HostConfig: { RestartPolicy: { Name: 'always' } } });
    await containers.start('web');
    launched().end(1);
    await vi.waitFor(() => expect(machine.launcher.containers).toHaveLength(2), 1000);
    expect(containers.inspect('web').restartCount).toBe(1);
    await containers.stop('web', {});
    expect(status('web')).toBe('exited');
  });

  it('ends at its limit of failures', async () => {
    machine.launcher.program = { code: 1 };
    await create({ HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } } });
    await containers.start('web');
    await vi.waitFor(() => expect(status('web')).toBe('exited'), 3000);
    expect(machine.launcher.containers).toHaveLength(3);
  });

  it('can be stopped while it waits', async () => {
    await create({ HostConfig: { RestartPolicy: { Name: 'always' } } });
    await containers.start('web');
    launched().end(1);
    await vi.waitFor(() => expect(status('web')).toBe('restarting'), PATIENCE);
    const { nextStartAt, state } = containers.inspect('web');
    expect(nextStartAt - state.finishedAt).toBeGreaterThan(0n);
    await containers.stop('web', {});
    expect(status('web')).toBe('exited');
  });
});

describe('remove', () => {
  it('leaves nothing, and the name is free', async () => {
    const id = await create();
    await containers.remove('web', { force: false, volumes: false });
    expect(() => containers.inspect(id)).toThrow('No such container');
    expect([machine.snapshots.size, machine.stored.size, readdirSync(machine.deps.directories.containers).length]).toEqual([0, 0, 0]);
    expect(machine.actions()).toEqual(['create', 'destroy']);
    await create();
  });

  it('refuses a running one unless forced', async () => {
    await create();
    await containers.start('web');
    await expect(containers.remove('web', { force: false, volumes: false })).rejects.toThrow(
      'cannot remove container "/web": container is running: stop the container before removing or force remove',
    );
    const gone = wait('web', 'removed');
    await containers.remove('web', { force: true, volumes: false });
    expect(await gone).toMatchObject({ exitCode: 137 });
    expect(machine.actions().slice(-3)).toEqual(['kill', 'die 137', 'destroy']);
    expect(launched().acknowledged).toBe(true);
  });

  it('is the engine’s own work with AutoRemove', async () => {
    machine.launcher.program = { code: 5 };
    await create({ HostConfig: { AutoRemove: true } });
    const gone = wait('web', 'removed');
    await containers.start('web');
    expect(await gone).toMatchObject({ exitCode: 5 });
    expect(machine.actions()).toEqual(['create', 'start', 'die 5', 'destroy']);
    await vi.waitFor(() => expect(launched().acknowledged).toBe(true), PATIENCE);
    await vi.waitFor(() => expect(readdirSync(machine.deps.directories.run)).toEqual([]), PATIENCE);
  });
});

describe('the rest', () => {
  it('pauses and goes on', async () => {
    const id = await create();
    await expect(containers.pause('web')).rejects.toThrow(`Container ${id} is not running`);
    await containers.start('web');
    await containers.pause('web');
    expect([status('web'), machine.cgroups.frozen.has(id)]).toEqual(['paused', true]);
    await expect(containers.pause('web')).rejects.toThrow('is already paused');
    await containers.unpause('web');
    await expect(containers.unpause('web')).rejects.toThrow('is not paused');
  });

  it('renames', async () => {
    await create();
    await create({}, 'other');
    expect(() => containers.rename('web', 'other')).toThrow('is already in use');
    containers.rename('web', 'new');
    expect(containers.inspect('new').name).toBe('new');
    expect(() => containers.inspect('web')).toThrow('No such container: web');
    await create({}, 'web');
  });

  it('attaches before the start and sees the first byte', async () => {
    machine.launcher.program = { output: 'hello\n' };
    await create();
    const attached = await containers.attach('web', { stdin: false, stdout: true, stderr: true, signal });
    const text = textOf(attached.output);
    await containers.start('web');
    launched().end(0);
    expect(await text).toBe('hello\n');
  });

  it('detaches by keys from a terminal and leaves it running', async () => {
    await create({ Tty: true, OpenStdin: true });
    await containers.start('web');
    const attached = await containers.attach('web', { stdin: true, stdout: true, stderr: true, signal });
    const text = textOf(attached.output);
    await attached.write(Buffer.from('ls\x10'));
    await attached.write(Buffer.from('\x11'));
    expect(await text).toBe('');
    expect(launched().streams[0]?.closed).toBe(true);
    expect(status('web')).toBe('running');
  });

  it('ends waiting attachments when the container is removed or the client goes', async () => {
    await create();
    const controller = new AbortController();
    const first = await containers.attach('web', { stdin: false, stdout: true, stderr: true, signal: controller.signal });
    const second = await containers.attach('web', { stdin: false, stdout: true, stderr: true, signal });
    controller.abort(new Error('gone'));
    expect(await textOf(first.output)).toBe('');
    await containers.remove('web', { force: false, volumes: false });
    expect(await textOf(second.output)).toBe('');
  });

  it('gives up a wait with its signal', async () => {
    await create();
    const controller = new AbortController();
    const armed = vi.fn();
    const waiting = containers.wait('web', 'next-exit', { signal: controller.signal, armed });
    expect(armed).toHaveBeenCalledOnce();
    controller.abort(new Error('client is gone'));
    await expect(waiting).rejects.toThrow('client is gone');
    expect(await wait('web', 'not-running')).toEqual({ exitCode: 0, error: '' });
  });

  it('shows its processes from the host', async () => {
    await create();
    await containers.start('web');
    const { titles, processes } = await containers.top('web', '');
    expect(titles).toEqual(['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD']);
    expect(processes[0]?.[1]).toBe(String(process.pid));
  });

  it('knows who uses an image', async () => {
    const id = await create();
    expect(containers.usersOf(`sha256:${'1'.repeat(64)}`)).toEqual([{ containerId: id, running: false }]);
  });
});

const exec = (change: Partial<Parameters<ContainerServiceHandle['execCreate']>[1]> = {}) =>
  containers.execCreate('web', {
    attachStdin: false,
    attachStdout: true,
    attachStderr: true,
    tty: false,
    cmd: ['ls'],
    env: [],
    user: '',
    workingDir: '',
    privileged: false,
    detachKeys: '',
    ...change,
  });

describe('exec', () => {
  it('runs once, with output and exit code', async () => {
    await create({ Env: ['A=1'] });
    await containers.start('web');
    machine.launcher.program = { output: 'out\n', code: 4 };
    const id = exec({ env: ['B=2'], user: 'web', workingDir: '/tmp' });
    expect(containers.execInspect(id)).toMatchObject({ running: false, exitCode: null });
    expect(containers.inspect('web').execIds).toEqual([id]);
    const streams = await containers.execStart(id, { attach: true, signal });
    expect(streams === null ? null : await textOf(streams.output)).toBe('out\n');
    expect(containers.execInspect(id)).toMatchObject({ running: false, exitCode: 4, pid: 99 });
    expect(machine.launcher.execs[0]?.ops.at(-1)).toMatchObject({ argv: ['ls'], env: expect.arrayContaining(['A=1', 'B=2', 'HOME=/srv']) as string[] });
    await expect(containers.execStart(id, { attach: true, signal })).rejects.toThrow('has already run');
    expect(machine.actions().slice(-3)).toEqual(['exec_create: ls', 'exec_start: ls', 'exec_die 4']);
  });

  it('writes the reason into the stream when the command is missing', async () => {
    await create();
    await containers.start('web');
    machine.launcher.execFailure = new EngineError('InvalidArgument', 'x', { details: { step: 'exec', errno: 'ENOENT' } });
    const id = exec({ cmd: ['nope'] });
    const streams = await containers.execStart(id, { attach: true, signal });
    expect(streams === null ? null : await textOf(streams.output)).toContain('exec: "nope": executable file not found in $PATH\r\n');
    expect(containers.execInspect(id)).toMatchObject({ running: false, exitCode: 127 });
    const detached = exec({ cmd: ['nope'] });
    await expect(containers.execStart(detached, { attach: false, signal })).rejects.toThrow('executable file not found in $PATH');
  });

  it('needs a running container', async () => {
    const id = await create();
    expect(() => exec()).toThrow(`Container ${id} is not running`);
    await containers.start('web');
    await containers.pause('web');
    expect(() => exec()).toThrow(`Container ${id} is paused, unpause the container before exec`);
    expect(() => containers.execInspect('gone')).toThrow('No such exec instance: gone');
  });
});

describe('recovery', () => {
  const reopen = async (): Promise<void> => {
    await containers[Symbol.asyncDispose]();
    containers = await openContainers(machine.deps);
  };
  const runDirectory = (id: string) => `${machine.deps.directories.run}/${id.slice(0, 32)}`;

  it('adopts what runs and sees its exit', async () => {
    const id = await create();
    await containers.start('web');
    const { startedAt } = containers.inspect('web').state;
    machine.launcher.leftovers.set(runDirectory(id), launched());
    await reopen();
    expect(containers.inspect('web').state).toMatchObject({ status: 'running', pid: launched().pid, startedAt });
    const exit = wait('web', 'next-exit');
    launched().end(9);
    expect(await exit).toMatchObject({ exitCode: 9 });
  });

  it('records an exit it has not seen with its own time', async () => {
    const id = await create();
    await containers.start('web');
    machine.launcher.leftovers.set(runDirectory(id), { code: 7, signal: 0, oomKilled: true, timeNano: 12_345n });
    await reopen();
    expect(containers.inspect('web').state).toMatchObject({ status: 'exited', exitCode: 7, oomKilled: true, finishedAt: 12_345n });
    expect(existsSync(runDirectory(id))).toBe(false);
  });

  it('clears the directory of a start that the engine’s death has cut off', async () => {
    const id = await create();
    mkdirSync(runDirectory(id), { recursive: true });
    await reopen();
    expect(containers.inspect('web').state.status).toBe('created');
    expect(existsSync(runDirectory(id))).toBe(false);
  });

  it('finds paused ones paused and what a reboot has ended exited', async () => {
    const first = await create();
    await create({}, 'rebooted');
    await containers.start('web');
    await containers.pause('web');
    machine.launcher.leftovers.set(runDirectory(first), launched());
    await containers.start('rebooted');
    await reopen();
    expect(status('web')).toBe('paused');
    expect(containers.inspect('rebooted').state).toMatchObject({ status: 'exited', exitCode: 255 });
  });

  it('starts again what its policy says', async () => {
    await create({ HostConfig: { RestartPolicy: { Name: 'unless-stopped' } } });
    await create({ HostConfig: { RestartPolicy: { Name: 'unless-stopped' } } }, 'stopped');
    await containers.start('web');
    await containers.start('stopped');
    await containers.stop('stopped', {});
    await reopen();
    await vi.waitFor(() => expect(status('web')).toBe('running'), PATIENCE);
    expect(status('stopped')).toBe('exited');
  });

  it('starts what others join or are linked to before them', async () => {
    const HostConfig = { RestartPolicy: { Name: 'always' } };
    await create({ HostConfig }, 'db');
    await create({ HostConfig: { ...HostConfig, Links: ['db'] } }, 'app');
    await create({ HostConfig: { ...HostConfig, NetworkMode: 'container:app' } }, 'beside');
    for (const name of ['db', 'app', 'beside']) await containers.start(name);
    containers.rename('db', 'zz');
    machine.launcher.containers.length = 0;
    await reopen();
    await vi.waitFor(() => expect(['zz', 'app', 'beside'].map(status)).toEqual(['running', 'running', 'running']), PATIENCE);
    expect(machine.launcher.containers.map(({ plan }) => containers.inspect(plan.id).name)).toEqual(['zz', 'app', 'beside']);
  });

  it('finishes removals and collects what belongs to nobody', async () => {
    const id = await create();
    const stored = machine.stored.get(id);
    if (stored === undefined) throw new Error('not stored');
    machine.stored.set(id, { ...stored, container: { ...stored.container, state: { ...stored.container.state, status: 'removing' } } });
    machine.cgroups.groups.add('f'.repeat(64));
    await reopen();
    expect(() => containers.inspect(id)).toThrow('No such container');
    expect([machine.snapshots.size, machine.stored.size, machine.cgroups.groups.size]).toEqual([0, 0, 0]);
    expect(readdirSync(machine.deps.directories.containers)).toEqual([]);
  });
});
