import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn as spawnOnTerminal } from 'node-pty';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBusyboxArchive } from '../testkit/image-archives.ts';
import { eventually } from '../testkit/raw-client.ts';
import { type CommandResult, RealEngine, runCommand } from '../testkit/real-engine.ts';
import { TestRegistry } from '../testkit/registry.ts';

const isPossible = process.getuid?.() === 0 && ['docker-registry', 'skopeo'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!isPossible) console.warn('skipped: needs root, docker-registry and skopeo');

const MAIN = join(import.meta.dirname, 'main.ts');
/** Of the password "secret", by bcrypt. */
const HTPASSWD = 'me:$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n';

let engine: RealEngine;
let registry: TestRegistry;
let home: string;
beforeAll(async () => {
  if (!isPossible) return;
  [engine, registry] = await Promise.all([RealEngine.start(), TestRegistry.start({ htpasswd: HTPASSWD })]);
  home = join(engine.directory, 'home');
  const archive = join(engine.directory, 'busybox.tar');
  await makeBusyboxArchive(archive, 'busybox:1');
  registry.put(`docker-archive:${archive}`, 'private:1', ['--dest-creds', 'me:secret']);
});
afterAll(async () => {
  if (isPossible) for (const each of [engine, registry]) await each[Symbol.asyncDispose]();
});

/** Each command is a process: that none compiles what another has is most of the time it takes. */
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, DOCKER_CONFIG: home, NODE_COMPILE_CACHE: join(engine.directory, 'compiled') });
const cli = (args: readonly string[], input?: string): Promise<CommandResult> =>
  runCommand(process.execPath, [MAIN, '-H', `unix://${engine.socket}`, ...args], {
    env: environment(),
    ...(input === undefined ? {} : { input }),
  });

/** A command on a terminal. */
class TypedCommand {
  seen = '';
  readonly ended: Promise<number>;
  readonly #pty: ReturnType<typeof spawnOnTerminal>;

  constructor(args: readonly string[]) {
    this.#pty = spawnOnTerminal(process.execPath, [MAIN, '-H', `unix://${engine.socket}`, ...args], { cols: 120, rows: 30, env: environment() });
    this.#pty.onData((data) => {
      this.seen += data;
    });
    this.ended = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)));
  }

  async type(keys: string, answer: string): Promise<void> {
    this.#pty.write(keys);
    await eventually(() => this.seen.includes(answer), `${JSON.stringify(answer)} on the terminal, which shows ${JSON.stringify(this.seen)}`);
  }
}

describe.skipIf(!isPossible)('slipway and registries', () => {
  it('logs in, pulls, pushes and logs out with the logins of the docker CLI', async () => {
    const name = `${registry.host}/private:1`;
    expect(await cli(['pull', name])).toMatchObject({ code: 1, err: expect.stringMatching(/pull access denied/) as string });
    expect(await cli(['login', '-u', 'me', '--password-stdin', registry.host], 'wrong\n')).toMatchObject({ code: 1, out: '' });
    expect(await cli(['login', '-u', 'me', '--password-stdin', registry.host], 'secret\n')).toEqual({ code: 0, out: 'Login Succeeded\n', err: '' });
    expect(JSON.parse(readFileSync(join(home, 'config.json'), 'utf8'))).toEqual({
      auths: { [registry.host]: { auth: Buffer.from('me:secret').toString('base64') } },
    });
    const pulled = await cli(['pull', name]);
    expect([pulled.code, pulled.out]).toEqual([0, expect.stringMatching(/: Pull complete\nDigest: sha256:[0-9a-f]{64}\nStatus: Downloaded newer image for /)]);
    expect(await cli(['pull', '-q', name])).toEqual({ code: 0, out: `${name}\n`, err: '' });
    await engine.docker(['tag', name, `${registry.host}/private/again:2`]);
    const pushed = await cli(['push', `${registry.host}/private/again:2`]);
    expect([pulled.code, pushed.out]).toEqual([0, expect.stringMatching(/\n2: digest: sha256:[0-9a-f]{64} size: \d+\n$/)]);
    expect(await cli(['login', registry.host]), 'with what is kept').toEqual({ code: 0, out: 'Login Succeeded\n', err: '' });
    expect((await cli(['logout', registry.host])).out).toBe(`Removing login credentials for ${registry.host}\n`);
    expect((await cli(['logout', registry.host])).out).toBe(`Not logged in to ${registry.host}\n`);
    expect((await cli(['login', registry.host])).err).toBe(
      'slipway: there is no terminal to ask on: give a user with --username and the password with --password-stdin\n',
    );
    expect((await cli(['push', `${registry.host}/private/again:2`])).code).toBe(1);
  });

  it('takes a password from the command line with a warning, and flags that belong together', async () => {
    const warning = 'WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n';
    expect(await cli(['login', '-u', 'me', '-p', 'secret', registry.host])).toEqual({ code: 0, out: 'Login Succeeded\n', err: warning });
    await cli(['logout', registry.host]);
    expect((await cli(['login', '-u', 'me', '-p', 'x', '--password-stdin', registry.host])).err).toContain('are mutually exclusive');
    expect((await cli(['login', '-p', 'secret', registry.host])).err).toContain('must provide --username');
    expect((await cli(['login', '--password-stdin', registry.host], 'secret')).err).toContain('must provide --username');
  });

  it('asks for user and password on a terminal, and shows no password', async () => {
    const first = new TypedCommand(['login', registry.host]);
    await first.type('', 'Username: ');
    await first.type('mex\u007f\r', 'Password: ');
    await first.type('wrong\u0015secret\u001b[D\r', 'Login Succeeded');
    expect([await first.ended, first.seen]).toEqual([0, expect.not.stringMatching(/secret|wrong/) as string]);
    writeFileSync(join(home, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth: Buffer.from('me:old').toString('base64') } } }));
    const second = new TypedCommand(['login', registry.host]);
    await second.type('', 'is refused');
    await second.type('', 'Username (me): ');
    // Typed ahead, both at once.
    await second.type('\rsecret\r', 'Login Succeeded');
    expect(await second.ended).toBe(0);
    const third = new TypedCommand(['login', '-u', 'me', registry.host]);
    await third.type('', 'Password: ');
    await third.type('sec\u0003', 'canceled');
    expect(await third.ended).toBe(130);
    await cli(['logout', registry.host]);
  });
});
