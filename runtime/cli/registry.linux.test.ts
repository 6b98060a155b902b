import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBusyboxArchive } from '../testkit/image-archives.ts';
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

const cli = (args: readonly string[], input?: string): Promise<CommandResult> =>
  runCommand(process.execPath, [MAIN, '-H', `unix://${engine.socket}`, ...args], {
    env: { ...process.env, DOCKER_CONFIG: home },
    ...(input === undefined ? {} : { input }),
  });

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
    expect((await cli(['login', registry.host])).err).toBe('slipway: give a user with --username and the password with --password-stdin\n');
    expect((await cli(['push', `${registry.host}/private/again:2`])).code).toBe(1);
  });
});
