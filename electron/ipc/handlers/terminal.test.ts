import { spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TerminalSessions } from '../../terminals/terminal-sessions.ts';
import { fakeEngine, json } from '../../testkit/fake-engine.ts';
import { openStream } from '../../testkit/open-stream.ts';
import type { TerminalTarget } from '../contract/terminals.ts';
import type { StreamOutputs, StreamParams } from '../contract.ts';
import { terminalRequests, terminalStreams } from './terminal.ts';

afterEach(() => vi.unstubAllEnvs());

const SIZE = { rows: 24, columns: 80 };
const EXEC: TerminalTarget = { kind: 'exec', id: 'a', command: ['sh'], user: '', workingDir: '' };
const routes = {
  'POST /containers/a/exec': json({ Id: 'e' }, 201),
  'POST /exec/e/resize': json(null),
  'GET /exec/e/json': json({ ExitCode: 3, Running: false }),
};
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const textOf = (sent: readonly StreamOutputs['terminal'][]) => Buffer.concat(sent.filter((value) => value instanceof Uint8Array)).toString();
const echo = (_request: unknown, socket: Duplex) => {
  socket.write('$ ');
  socket.on('data', (data: Buffer) => (data.toString() === 'exit\r' ? socket.end('bye') : socket.write(data)));
  socket.on('error', () => undefined);
  socket.on('end', () => socket.destroy());
};
type Given = Parameters<typeof openStream<'terminal'>>[0];
const look = (sessions: TerminalSessions, session: string, given: Given = [], part: Partial<StreamParams<'terminal'>> = {}) => {
  const stream = openStream<'terminal'>(given, true);
  const done = terminalStreams(sessions).terminal({ session, window: false, ...SIZE, ...part }, stream);
  return { stream, done };
};

describe('a session', () => {
  it('carries keys in, output out, sizes, and the exit code', async () => {
    await using engine = await fakeEngine(routes, echo);
    await using sessions = new TerminalSessions();
    const { session } = await terminalRequests(engine.client, sessions)['terminal.open']({ target: EXEC, ...SIZE });
    await expect.poll(() => sessions.rows[0]?.state).toBe('running');
    const { stream } = look(sessions, session, [bytes('ls'), { resize: { rows: 30, columns: 100 } }, bytes('exit\r')]);
    await expect.poll(() => sessions.rows[0]).toMatchObject({ state: 'ended', exitCode: 3, error: '', target: EXEC });
    expect(textOf(stream.sent)).toBe('$ lsbye');
    expect(engine.seen).toContain('POST /exec/e/resize?h=24&w=80');
    expect(engine.seen).toContain('POST /exec/e/resize?h=30&w=100');
    stream.close();
  });

  it('goes on with nobody looking, and tells what it has printed to who comes again', async () => {
    await using engine = await fakeEngine(routes, echo);
    await using sessions = new TerminalSessions();
    const { session } = await terminalRequests(engine.client, sessions)['terminal.open']({ target: EXEC, ...SIZE });
    await expect.poll(() => sessions.rows[0]?.state).toBe('running');
    const first = look(sessions, session, [bytes('one ')]);
    await expect.poll(() => textOf(first.stream.sent)).toBe('$ one ');
    first.stream.close();
    await first.done.catch(() => undefined);
    const second = look(sessions, session, [bytes('two')]);
    await expect.poll(() => textOf(second.stream.sent)).toBe('$ one two');
    expect(second.stream.sent.slice(0, 3)).toEqual([{ replay: true }, bytes('$ one '), { replay: false }]);
    second.stream.close();
  });

  it('drops the connection and hangs up the shell when it is closed, and lets its page go', async () => {
    const shell = spawn('sleep', ['100']);
    const hungUp = new Promise((resolve) => shell.once('exit', (_code, signal) => resolve(signal)));
    const gone = Promise.withResolvers<void>();
    await using engine = await fakeEngine({ ...routes, 'GET /exec/e/json': json({ ExitCode: null, Running: true, Pid: shell.pid }) }, (request, socket) => {
      echo(request, socket);
      socket.on('close', () => gone.resolve());
    });
    await using sessions = new TerminalSessions();
    const requests = terminalRequests(engine.client, sessions);
    const { session } = await requests['terminal.open']({ target: EXEC, ...SIZE });
    await expect.poll(() => sessions.rows[0]?.state).toBe('running');
    const { done } = look(sessions, session);
    await requests['terminal.close']({ session });
    await gone.promise;
    expect(await hungUp).toBe('SIGHUP');
    await done;
    expect(sessions.rows).toEqual([]);
    await requests['terminal.close']({ session });
    await expect(terminalStreams(sessions).terminal({ session, window: false, ...SIZE }, openStream<'terminal'>())).rejects.toMatchObject({ status: 404 });
  });

  it('says why it could not start, and starts when it can', async () => {
    let refuse = true;
    await using engine = await fakeEngine(
      {
        ...routes,
        'POST /containers/a/exec': (request, response) =>
          refuse ? json({ message: 'container a is not running' }, 409)(request, response) : json({ Id: 'e' }, 201)(request, response),
      },
      echo,
    );
    await using sessions = new TerminalSessions();
    const requests = terminalRequests(engine.client, sessions);
    const { session } = await requests['terminal.open']({ target: EXEC, ...SIZE });
    await expect.poll(() => sessions.rows[0]).toMatchObject({ state: 'ended', exitCode: null, error: 'container a is not running' });
    refuse = false;
    await requests['terminal.restart']({ session });
    await expect.poll(() => sessions.rows[0]).toMatchObject({ state: 'running', error: '' });
  });

  it('is bounded in number', async () => {
    await using engine = await fakeEngine(routes, echo);
    await using sessions = new TerminalSessions();
    const open = terminalRequests(engine.client, sessions)['terminal.open'];
    for (let count = 0; count < 64; count++) await open({ target: EXEC, ...SIZE });
    await expect(open({ target: EXEC, ...SIZE })).rejects.toMatchObject({ status: 429 });
  });
});

describe('a window of its own', () => {
  it('is opened by the shell where it has windows', async () => {
    await using engine = await fakeEngine(routes, echo);
    await using sessions = new TerminalSessions();
    const opened: string[] = [];
    const requests = terminalRequests(engine.client, sessions, (session) => opened.push(session));
    const { session } = await requests['terminal.open']({ target: EXEC, ...SIZE });
    expect(await requests['terminal.detach']({ session })).toEqual({ opened: true });
    expect(opened).toEqual([session]);
    expect(await terminalRequests(engine.client, sessions)['terminal.detach']({ session })).toEqual({ opened: false });
    await expect(requests['terminal.detach']({ session: 'nobody' })).rejects.toMatchObject({ status: 404 });
  });

  it('counts while it is there, and closes when it is called back', async () => {
    await using engine = await fakeEngine(routes, echo);
    await using sessions = new TerminalSessions();
    const requests = terminalRequests(engine.client, sessions);
    const { session } = await requests['terminal.open']({ target: EXEC, ...SIZE });
    const here = look(sessions, session);
    const there = look(sessions, session, [], { window: true });
    expect(sessions.rows[0]?.detached).toBe(true);
    await requests['terminal.recall']({ session });
    await there.done;
    expect(sessions.rows[0]?.detached).toBe(false);
    here.stream.close();
  });
});

it('all sessions are told at once and after each change', async () => {
  await using engine = await fakeEngine(routes, echo);
  await using sessions = new TerminalSessions();
  const stream = openStream<'terminals'>();
  const done = terminalStreams(sessions).terminals({}, stream);
  await expect.poll(() => stream.sent).toEqual([{ sessions: [] }]);
  await terminalRequests(engine.client, sessions)['terminal.open']({ target: EXEC, ...SIZE });
  await expect.poll(() => stream.sent.at(-1)?.sessions[0]?.state).toBe('running');
  stream.close();
  await done;
});

describe('the main process', () => {
  it('is joined with what it has printed, and is left alone by closing', async () => {
    await using engine = await fakeEngine(
      {
        'GET /containers/a/json': json({ Config: { Tty: true }, State: { Running: true } }),
        'GET /containers/a/logs': (_request, response) => void response.end('before\r\n'),
        'POST /containers/a/resize': json(null),
      },
      echo,
    );
    await using sessions = new TerminalSessions();
    const requests = terminalRequests(engine.client, sessions);
    const { session } = await requests['terminal.open']({ target: { kind: 'main', id: 'a' }, ...SIZE });
    const { stream } = look(sessions, session);
    await expect.poll(() => textOf(stream.sent)).toBe('before\r\n$ ');
    await requests['terminal.close']({ session });
    expect(engine.seen.some((line) => /stop|kill|DELETE/.test(line))).toBe(false);
  });

  it('is refused where it has no terminal', async () => {
    await using engine = await fakeEngine({ 'GET /containers/a/json': json({ Config: { Tty: false }, State: { Running: true } }) });
    await using sessions = new TerminalSessions();
    await terminalRequests(engine.client, sessions)['terminal.open']({ target: { kind: 'main', id: 'a' }, ...SIZE });
    await expect.poll(() => sessions.rows[0]?.error).toBe('the main process of this container has no terminal');
  });
});

describe("this machine's shell", () => {
  it('has a docker that speaks to the engine, and the size of the screen', async () => {
    vi.stubEnv('SHELL', '/bin/sh');
    await using engine = await fakeEngine({});
    await using sessions = new TerminalSessions();
    const { session } = await terminalRequests(engine.client, sessions)['terminal.open']({ target: { kind: 'host' }, ...SIZE });
    await expect.poll(() => sessions.rows[0]?.state).toBe('running');
    const { stream } = look(sessions, session, [
      bytes('echo to:$DOCKER_HOST; stty size\n'),
      { resize: { rows: 30, columns: 100 } },
      bytes('stty size; exit 7\n'),
    ]);
    await expect.poll(() => sessions.rows[0]).toMatchObject({ state: 'ended', exitCode: 7 });
    expect(textOf(stream.sent)).toContain(`to:unix://${engine.socket}\r\n`);
    expect(textOf(stream.sent)).toContain('30 100\r\n');
  });

  it('ends when it is closed', async () => {
    vi.stubEnv('SHELL', '/bin/sh');
    await using engine = await fakeEngine({});
    await using sessions = new TerminalSessions();
    const requests = terminalRequests(engine.client, sessions);
    const { session } = await requests['terminal.open']({ target: { kind: 'host' }, ...SIZE });
    await expect.poll(() => sessions.rows[0]?.state).toBe('running');
    const { stream } = look(sessions, session, [bytes('echo pid:$$:\n')]);
    await expect.poll(() => textOf(stream.sent)).toMatch(/pid:\d+:/);
    const pid = Number(/pid:(\d+):/.exec(textOf(stream.sent))?.[1]);
    await requests['terminal.close']({ session });
    await expect.poll(() => isThere(pid)).toBe(false);
  });
});

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
