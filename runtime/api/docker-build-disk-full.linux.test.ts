import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DockerBuilds } from '../testkit/docker-build.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import { SmallDisk } from '../testkit/small-disk.ts';

const IMAGE = 'box:1';
const FILL = 'dd if=/dev/zero of=/big bs=64k';

const engine = new RealEngine();
const builds = new DockerBuilds(engine, IMAGE);
let disk: SmallDisk;
beforeAll(async () => {
  disk = new SmallDisk(mkdtempSync(join(tmpdir(), 'slipway-disk-')), 64 * 1024 * 1024);
  await engine.start(['--root', disk.path]);
  await engine.loadBusybox(IMAGE);
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  disk[Symbol.dispose]();
  rmdirSync(disk.path);
});

const left = (): string[] => ['snapshots', 'containers', 'ingest'].flatMap((name) => readdirSync(join(disk.path, name)));

describe('a command of a build that fills the disk', () => {
  it('ends with its own exit code and says why, again and again, and what it wrote is gone', { timeout: 120_000 }, async () => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const { code, out, err } = await builds.run(`FROM base\nRUN ${FILL}; exit 7`, { args: ['--force-rm', '--no-cache'] });
      expect([code, out, err]).toEqual([
        7,
        expect.stringContaining('No space left on device') as string,
        expect.stringContaining(`The command '/bin/sh -c ${FILL}; exit 7' returned a non-zero code: 7: no space left on device`) as string,
      ]);
      await expect.poll(left).toEqual([]);
    }
    const history = (await engine.call('GET', '/slipway/v1/builds')).json as { status: string; error: string }[];
    expect(history.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed']);
    expect(history[0]?.error).toContain('exit code: 7: no space left on device');
  });

  it('and does not fail by it becomes no layer, and says so with its line', async () => {
    const { code, err } = await builds.run(`FROM base\nRUN ${FILL} || true`, { args: ['--force-rm'] });
    expect([code, err]).toEqual([1, expect.stringContaining('no space left on device (Dockerfile:2:1)') as string]);
    await expect.poll(left).toEqual([]);
    await builds.image('FROM base\nRUN echo fits > /small', { args: ['--force-rm'] });
  });
});

describe('an engine on a full disk', () => {
  it('notes what it is told, comes back after it was killed, and goes on once there is room', async () => {
    disk.fill();
    for (let tag = 0; tag < 50; tag++) await engine.call('POST', `/images/${IMAGE}/tag?repo=full&tag=${tag}`);
    await engine.stop('SIGKILL');
    await engine.start();
    const [row] = (await engine.call('GET', '/images/json?filters={"reference":["full"]}')).json as { RepoTags: string[] }[];
    expect(row?.RepoTags.filter((name) => name.startsWith('full:'))).toHaveLength(50);
    disk.empty();
    expect(await engine.dockerOutput('run', '--rm', '--network', 'none', 'full:49', 'echo', 'goes on')).toBe('goes on\n');
  });
});
