import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { type CommandResult, RealEngine } from '../testkit/real-engine.ts';

const IMAGE = 'demo/busybox:1';

let engine: RealEngine;

beforeAll(async () => {
  if (canRunDocker) engine = await RealEngine.start(IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

/** `docker build` of a Dockerfile and files beside it; `FROM base` is the image that every test has. */
async function build(dockerfile: string, { files = {}, args = [] }: { files?: Record<string, string>; args?: readonly string[] } = {}): Promise<CommandResult> {
  const directory = mkdtempSync(join(engine.directory, 'context-'));
  try {
    const all = { Dockerfile: dockerfile.replaceAll('FROM base', `FROM ${IMAGE}`), ...files };
    for (const [name, content] of Object.entries(all)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), content);
    }
    return await engine.docker(['build', '--network', 'none', ...args, directory], undefined, { DOCKER_BUILDKIT: '0' });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const docker = (...args: string[]): Promise<string> => engine.dockerOutput(...args);

describe.skipIf(!canRunDocker)('docker build', () => {
  it('tells its steps, and the image runs', async () => {
    const { code, out, err } = await build('FROM base\nENV A=1\nRUN echo made > /made; echo telling\nCOPY f /f\nCMD ["cat", "/made", "/f"]', {
      files: { f: 'copied\n' },
      args: ['-t', 'first:1', '-t', 'first:2'],
    });
    expect([code, err]).toEqual([0, expect.stringContaining('legacy builder')]);
    expect(
      out
        .replace(/\b[0-9a-f]{12}\b/g, 'ID')
        .replace(/^[^]*?(?=Step 1)/, '')
        .split('\n'),
    ).toEqual([
      `Step 1/5 : FROM ${IMAGE}`,
      ' ---> ID',
      'Step 2/5 : ENV A=1',
      ' ---> ID',
      'Step 3/5 : RUN echo made > /made; echo telling',
      ' ---> Running in ID',
      'telling',
      'Removing intermediate container ID',
      ' ---> ID',
      'Step 4/5 : COPY f /f',
      ' ---> ID',
      'Step 5/5 : CMD ["cat", "/made", "/f"]',
      ' ---> ID',
      'Successfully built ID',
      'Successfully tagged first:1',
      'Successfully tagged first:2',
      '',
    ]);
    expect(await docker('run', '--rm', '--network', 'none', 'first:1')).toBe('made\ncopied\n');
  });
});
