import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DockerContext } from './docker-context.ts';

let home: string;
let docker: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-context-'));
  docker = join(home, 'docker');
  await mkdir(docker);
});
afterEach(() => rm(home, { recursive: true }));

const context = (env: NodeJS.ProcessEnv = {}) =>
  new DockerContext({ socket: '/run/s.sock', config: join(home, 'config'), env: { DOCKER_CONFIG: docker, ...env } });
const file = () => readFile(join(docker, 'config.json'), 'utf8');

it('comes and goes without a trace in a file that others wrote', async () => {
  const text = '{\n\t"auths": {"r.io": {"auth": "bWU6eA=="}},\n\t"psFormat": "{{.ID}}\\t{{.Names}}"\n}';
  await writeFile(join(docker, 'config.json'), text, { mode: 0o640 });
  expect(await context().read()).toMatchObject({ on: false, current: 'default', host: 'unix:///run/s.sock', overruledBy: '' });
  expect(await context().set(true)).toMatchObject({ on: true, current: 'slipway' });
  expect(JSON.parse(await file())).toEqual({ ...(JSON.parse(text) as object), currentContext: 'slipway' });
  expect((await stat(join(docker, 'config.json'))).mode & 0o777).toBe(0o640);
  await context().set(true);
  expect(await context().set(false)).toMatchObject({ on: false, current: 'default' });
  expect(await file()).toBe(text);
  expect([await readdir(join(docker, 'contexts/meta')), await readdir(join(home, 'config')), (await readdir(docker)).sort()]).toEqual([
    [],
    [],
    ['config.json', 'contexts'],
  ]);
});

it('gives the place back to the context before, while that is there', async () => {
  const other = join(docker, 'contexts/meta/6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b');
  await mkdir(other, { recursive: true });
  await writeFile(join(docker, 'config.json'), '{"currentContext":"1"}');
  await context().set(true);
  expect(await context().set(false)).toMatchObject({ current: '1' });
  await context().set(true);
  await rm(other, { recursive: true });
  expect(await context().set(false)).toMatchObject({ current: 'default' });
});

it('leaves alone what somebody has chosen since', async () => {
  await context().set(true);
  await writeFile(join(docker, 'config.json'), '{"currentContext":"work"}');
  expect(await context().set(false)).toMatchObject({ on: false, current: 'work' });
  expect(await file()).toBe('{"currentContext":"work"}');
});

it('writes through a link, and nothing into a file that is damaged', async () => {
  await writeFile(join(home, 'real.json'), '{}');
  await symlink(join(home, 'real.json'), join(docker, 'config.json'));
  await context().set(true);
  expect((await lstat(join(docker, 'config.json'))).isSymbolicLink()).toBe(true);
  expect(JSON.parse(await readFile(join(home, 'real.json'), 'utf8'))).toEqual({ currentContext: 'slipway' });
  await writeFile(join(home, 'real.json'), '{"auth": "secret"');
  await expect(context().set(false)).rejects.toThrow(/config\.json is damaged: repair it or move it away$/);
  expect(await file()).toBe('{"auth": "secret"');
});

it('tells of a variable that is stronger', async () => {
  expect(await context({ DOCKER_HOST: 'tcp://x' }).read()).toMatchObject({ overruledBy: 'DOCKER_HOST' });
});
