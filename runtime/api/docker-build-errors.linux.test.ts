import { symlinkSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { DockerBuilds } from '../testkit/docker-build.ts';
import { RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;
let builds: DockerBuilds;
let images: string;

const listed = (): Promise<string> => engine.dockerOutput('images', '-aq', '--no-trunc');

beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  builds = new DockerBuilds(engine, IMAGE);
  images = await listed();
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

describe.skipIf(!canRunDocker)('docker build refuses', () => {
  afterEach(async () => {
    expect(await listed()).toBe(images);
    expect(await engine.dockerOutput('ps', '-aq')).toBe('');
  });

  it.each<readonly [string, string, readonly string[]]>([
    ['an unknown instruction', 'FROM base\nFOO bar', ['unknown instruction: FOO', '(Dockerfile:2:1)', '2 | >>> FOO bar']],
    ['a misspelt instruction, with a hint', 'FROM base\nRUNN x', ['unknown instruction: RUNN (did you mean RUN?)', '(Dockerfile:2:1)']],
    ['an unknown flag', 'FROM base\nCOPY --chmd=1 a b', ['unknown flag: --chmd', '(Dockerfile:2:']],
    ['a file without FROM', 'RUN x', ['no build stage in current context', '(Dockerfile:1:1)']],
    ['an empty file', '# nothing', ['file with no instructions']],
    ['a file that is not in the context', 'FROM base\nCOPY nosuch /x', ['nosuch', 'not found', '(Dockerfile:2:1)', '>>> COPY nosuch /x']],
    ['a path above the context', 'FROM base\nCOPY ../etc/passwd /x', ['etc/passwd', 'not found', '(Dockerfile:2:1)']],
    ['a stage that needs itself', 'FROM base AS a\nCOPY --from=a /x /y', ['circular dependency detected on stage: a', '(Dockerfile:2:1)']],
    ['a stage number that is none', 'FROM base\nCOPY --from=3 /x /y', ['invalid stage index 3', '(Dockerfile:2:1)']],
    ['a secret that is required and not given', 'FROM base\nRUN --mount=type=secret,id=s,required=true true', ['secret s', 'not found', '(Dockerfile:2:1)']],
    ['an agent that is required and not given', 'FROM base\nRUN --mount=type=ssh,required=true true', ['ssh', '(Dockerfile:2:1)']],
    ['insecure steps', 'FROM base\nRUN --security=insecure true', ['security.insecure is not allowed', '(Dockerfile:2:1)']],
    ['an unknown platform', 'FROM --platform=what base\nRUN true', ['platform', '(Dockerfile:1:1)']],
    ['a user that is nobody', 'FROM base\nUSER nosuch\nRUN true', ['nosuch', '(Dockerfile:3:1)']],
    ['a checksum that is not that of the file', 'FROM base\nADD --checksum=sha256:12 http://127.0.0.1:9/x /y', ['(Dockerfile:2:1)']],
  ])('%s', async (_, dockerfile, words) => {
    const { err } = await builds.failure(dockerfile, { files: { present: '' } });
    for (const word of words) expect(err).toContain(word);
  });

  it('a link out of the context', async () => {
    const { err } = await builds.failure('FROM base\nCOPY link/passwd /x', { prepare: (directory) => symlinkSync('/etc', `${directory}/link`) });
    expect(err).toContain('(Dockerfile:2:1)');
  });

  it('a registry that does not answer, and says which', async () => {
    const { err } = await builds.failure('FROM 127.0.0.1:9/nosuch:1\nRUN true');
    for (const word of ['127.0.0.1:9/nosuch:1: failed to resolve source metadata for 127.0.0.1:9/nosuch:1', '(Dockerfile:1:1)']) expect(err).toContain(word);
  });

  it('a command that fails, with its number and what it said', async () => {
    const { code, out, err } = await builds.failure('FROM base\nRUN echo before; exit 13', { args: ['--force-rm'] });
    expect(code).toBe(13);
    expect(out).toContain('before\n');
    expect(err).toContain("The command '/bin/sh -c echo before; exit 13' returned a non-zero code: 13");
  });

  it('a command that fails, to a client that asked for the id alone', async () => {
    const { code, out, err } = await builds.failure('FROM base\nRUN echo before; exit 13', { args: ['-q', '--force-rm'] });
    expect([code, out]).toEqual([13, '']);
    expect(err).toContain('before\n');
  });

  it('a command that is none', async () => {
    const { code, err } = await builds.failure('FROM base\nRUN ["nosuch"]', { args: ['--force-rm'] });
    expect([code, err]).toEqual([expect.toBeOneOf([1, 127]), expect.stringContaining('nosuch') as string]);
  });

  it.each([
    ['RUN', 'FROM base\nRUN touch /srv.wh /.wh.bin', '"/.wh.bin"'],
    ['COPY', 'FROM base\nCOPY Dockerfile /etc/.wh.passwd', '"/etc/.wh.passwd"'],
  ])('a file of %s whose name means a deletion in layers', async (_, dockerfile, name) => {
    expect((await builds.failure(dockerfile, { args: ['--force-rm'] })).err).toContain(
      `${name} cannot be part of an image: in layers a name that begins with ".wh."`,
    );
  });

  it('a target that is none', async () => {
    expect((await builds.failure('FROM base AS web', { args: ['--target', 'wbe'] })).err).toContain('target stage "wbe" could not be found (stages are: web)');
  });

  it('a Dockerfile that is not there', async () => {
    const answer = await engine.call('POST', '/build?dockerfile=x/Dockerfile', Buffer.alloc(1024), { 'Content-Type': 'application/x-tar' });
    expect([answer.status, answer.json]).toEqual([400, { message: expect.stringContaining('Cannot locate specified Dockerfile: x/Dockerfile') as string }]);
  });

  it.each([
    ['a body that is no archive', Buffer.from('no archive at all'.repeat(100)), 400],
    ['half an archive', Buffer.concat([Buffer.from('Dockerfile'.padEnd(100, '\0')), Buffer.alloc(412)]), 400],
  ])('%s', async (_, body, status) => {
    const answer = await engine.call('POST', '/build', body, { 'Content-Type': 'application/x-tar' });
    expect([answer.status, answer.json]).toEqual([status, { message: expect.stringContaining('build context') as string }]);
  });
});
