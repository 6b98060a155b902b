import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EngineProcess } from './testkit/engine-process.ts';
import { makeBusyboxArchive } from './testkit/image-archives.ts';
import { leaksAfterGrace } from './testkit/leak-check.ts';

interface Packager {
  readonly getConfig: (directory: string, file: string) => Promise<object>;
  readonly getFileMatchers: (config: object, name: string, destination: string, options: object) => readonly object[];
  readonly copyFiles: (matchers: readonly object[], transformer: null, hardLinks: boolean) => Promise<unknown>;
}

const PROGRAM = resolve(import.meta.dirname, '..');
const packager = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const { getConfig } = packager('app-builder-lib/out/util/config/config') as Packager;
const { getFileMatchers, copyFiles } = packager('app-builder-lib/out/fileMatcher') as Packager;

const directory = mkdtempSync(join(tmpdir(), 'slipway-packaged-'));
const resources = join(directory, 'resources');

beforeAll(async () => {
  // The packager's own matcher and copier lay out what a package has beside its archive.
  const config = await getConfig(PROGRAM, 'electron-builder.yml');
  const options = { defaultSrc: PROGRAM, globalOutDir: join(PROGRAM, 'out'), customBuildOptions: {}, macroExpander: (text: string) => text };
  await copyFiles(getFileMatchers(config, 'extraResources', resources, options), null, false);
});

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  expect(await leaksAfterGrace({ words: [directory] })).toEqual([]);
});

it('has no tests and no sources of the launcher in it', () => {
  for (const absent of ['testkit', 'daemon.linux.test.ts', 'launcher/main.c', 'launcher/test']) {
    expect(existsSync(join(resources, 'engine/runtime', absent)), absent).toBe(false);
  }
  expect(readFileSync(join(resources, 'linux/slipway.service'), 'utf8')).toContain('KillMode=process');
});

it('runs a container by what is in the package alone', { timeout: 120_000 }, async () => {
  const args = [join(resources, 'engine/runtime/daemon.ts'), '--root', join(directory, 'root'), '--run', join(directory, 'run'), '--stop-containers'];
  const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: directory };
  const child = spawn(join(resources, 'node'), args, { cwd: '/', env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const engine = new EngineProcess(child, join(directory, 'run/slipway.sock'));
  try {
    const [said] = (await Promise.race([once(child.stdout, 'data'), once(child, 'close')])) as [Buffer | number];
    expect(String(said), engine.errors).toContain('listening on unix://');
    const archive = join(directory, 'busybox.tar');
    await makeBusyboxArchive(archive, 'packaged:1');
    expect((await engine.api('POST', '/images/load?quiet=1', readFileSync(archive))).text).toContain('packaged:1');
    const { json } = await engine.api('POST', '/containers/create', { Image: 'packaged:1', Cmd: ['echo', 'from a package'] });
    const { Id } = json as { Id: string };
    expect((await engine.api('POST', `/containers/${Id}/start`)).status).toBe(204);
    expect((await engine.api('POST', `/containers/${Id}/wait`)).json).toMatchObject({ StatusCode: 0 });
    expect((await engine.api('GET', `/containers/${Id}/logs?stdout=1`)).text).toContain('from a package');
    expect((await engine.api('DELETE', `/containers/${Id}`)).status).toBe(204);
  } finally {
    if (child.exitCode === null) await engine.end('SIGTERM');
  }
});
