import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canRunDocker } from '../testkit/can-run-docker.ts';
import { DockerBuilds } from '../testkit/docker-build.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import type { BuildRow, BuildView } from './types/build.ts';

const IMAGE = 'demo/busybox:1';
/** The machine may be busy. */
const PATIENCE = { timeout: 20_000 };
const WORDS = 'the build was canceled by another client';

let engine: RealEngine;
let builds: DockerBuilds;

beforeAll(async () => {
  if (!canRunDocker) return;
  engine = await RealEngine.start(IMAGE);
  builds = new DockerBuilds(engine, IMAGE);
});
afterAll(async () => {
  if (canRunDocker) await engine[Symbol.asyncDispose]();
});

const rows = async (): Promise<readonly BuildRow[]> => (await engine.call('GET', '/slipway/v1/builds')).json as readonly BuildRow[];
const viewOf = async (id: string): Promise<BuildView> => (await engine.call('GET', `/slipway/v1/builds/${id}`)).json as BuildView;
const left = (folder: string): string[] => readdirSync(join(engine.root, folder)).filter((name) => name !== 'trash');
async function runningId(): Promise<string> {
  await expect.poll(async () => (await rows())[0]?.status, PATIENCE).toBe('running');
  return (await rows())[0]?.id ?? '';
}

describe.skipIf(!canRunDocker)('a build that another client cancels', () => {
  it('tells the docker CLI, leaves nothing half-made, and the next build goes on from the steps that ended well', async () => {
    const steps = 'FROM base\nRUN echo well > /w\n';
    const building = builds.run(`${steps}RUN echo running; touch /half; sleep 1000`, { args: ['-t', 'canceled:1'] });
    const id = await runningId();
    await expect.poll(async () => (await viewOf(id)).vertices.filter(({ completedAt }) => completedAt > 0).length, PATIENCE).toBe(2);
    const layers = left('layers');
    expect((await engine.call('POST', `/slipway/v1/builds/${id}/cancel`)).status).toBe(204);
    const { code, err } = await building;
    expect([code, err.trim().split('\n').at(-1)]).toEqual([1, WORDS]);
    expect(await viewOf(id)).toMatchObject({ status: 'canceled', error: WORDS, image: '' });
    expect([await engine.dockerOutput('ps', '-aq'), await engine.dockerOutput('images', '-q', 'canceled'), left('layers')]).toEqual(['', '', layers]);
    const again = await builds.run(`${steps}RUN ls /half; true`, { args: ['-t', 'canceled:1'] });
    expect(again.out).toContain('No such file');
    expect(again.out.match(/Using cache/g)).toHaveLength(1);
  });

  it('ends in the middle of its context', async () => {
    const sending = request({ socketPath: engine.socket, method: 'POST', path: '/build?t=never:1', headers: { 'Content-Type': 'application/x-tar' } });
    const answer = new Promise<string>((resolve, reject) => {
      sending.on('error', reject);
      sending.on('response', (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => resolve(text));
      });
    });
    sending.write(Buffer.alloc(512));
    const id = await runningId();
    expect((await engine.call('POST', `/slipway/v1/builds/${id}/cancel`)).status).toBe(204);
    expect(JSON.parse(await answer)).toEqual({ message: WORDS });
    sending.destroy();
    expect(await engine.dockerOutput('images', '-q', 'never')).toBe('');
  });
});
