import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../base/digest.ts';
import { busyboxEntries, imageArchive, tarOf } from '../testkit/image-archives.ts';
import { Random } from '../testkit/random.ts';
import { fetchBytes, RandomStorageWork, type StorageMaterial } from '../testkit/random-storage-work.ts';
import { RealEngine } from '../testkit/real-engine.ts';
import { TestRegistry } from '../testkit/registry.ts';
import { checkSaved, storageProblems, unfinishedWork } from '../testkit/storage-invariants.ts';

/** How many seeds; `SLIPWAY_TEST_SEEDS=100` for a night, `SLIPWAY_TEST_SEED` for one that has failed. */
const COUNT = Number(process.env['SLIPWAY_TEST_SEEDS'] ?? 2);
const FIRST = Number(process.env['SLIPWAY_TEST_SEED'] ?? Date.now() % 2 ** 31);
const ROUNDS = 4;
const CLIENTS = 5;

const hasRegistry = ['docker-registry', 'skopeo'].every((tool) => spawnSync('which', [tool]).status === 0);
const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('skipped: needs root');
if (isRoot && !hasRegistry) console.warn('without pulls: docker-registry or skopeo is not installed');

const directory = mkdtempSync(join(tmpdir(), 'slipway-random-'));
let registry: TestRegistry | null = null;
let material: StorageMaterial;

/** Images of a base and some of six small layers, in different order and number. */
beforeAll(async () => {
  if (!isRoot) return;
  const base = await tarOf(busyboxEntries());
  const layers = await Promise.all(
    [1000, 20_000, 300_000, 5, 70_000, 150_000].map((size, index) =>
      tarOf([
        { header: { name: `part${index}/`, type: 'directory' } },
        { header: { name: `part${index}/file` }, data: Buffer.alloc(size, `part ${index} `) },
        ...(index % 2 === 0 ? [] : [{ header: { name: `part${index - 1}/.wh.file` }, data: '' }]),
      ]),
    ),
  );
  const chosen = [[], [0], [0, 1], [1, 2, 3], [4], [4, 5, 0], [2, 3]].map((indices) => [base, ...indices.map((index) => layers[index] as Buffer)]);
  const archives = await Promise.all(chosen.map((stack, index) => imageArchive(stack, index === 4 ? '' : `loaded:${index}`)));
  const remote: string[] = [];
  const contexts: Buffer[] = [];
  const rootfs = [base, await tarOf([...busyboxEntries(), { header: { name: 'imported' }, data: 'own' }])];
  if (hasRegistry) {
    registry = await TestRegistry.start();
    for (const index of [1, 3, 5]) {
      const path = join(directory, `${index}.tar`);
      writeFileSync(path, archives[index] as Buffer);
      registry.put(`docker-archive:${path}`, `remote/image:${index}`);
      const name = `${registry.host}/remote/image:${index}`;
      remote.push(name);
      const cached = 'RUN --mount=type=cache,target=/kept echo x >> /kept/file';
      const dockerfile = `FROM ${name} AS first\nCOPY own /own\n${cached}\nRUN echo ${index} > /ran\nFROM ${name}\nCOPY --from=first /ran /copied\nRUN rm /copied; echo x > /last`;
      contexts.push(
        await tarOf([
          { header: { name: 'Dockerfile' }, data: dockerfile },
          { header: { name: 'own' }, data: `own ${index}` },
        ]),
      );
    }
  }
  material = { archives, rootfs, remote, contexts };
}, 120_000);
afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

/** Every image can be saved and run, every container be started, and nothing is there that nobody owns. */
async function check(engine: RealEngine): Promise<void> {
  await expect.poll(() => storageProblems(engine.root), { timeout: 20_000, interval: 20 }).toEqual([]);
  await expect.poll(() => unfinishedWork(engine.root, engine.run), { timeout: 20_000, interval: 20 }).toEqual([]);
  for (const { Id } of (await engine.call('GET', '/images/json?all=1')).json as { Id: Digest }[]) {
    const { status, bytes } = await fetchBytes(engine.socket, 'GET', `/images/${Id}/get`);
    expect(status).toBe(200);
    checkSaved(bytes, Id);
    const created = await engine.call('POST', '/containers/create', { Image: Id, Cmd: ['true'], HostConfig: { NetworkMode: 'none' } });
    expect([created.status, created.text]).toEqual([201, created.text]);
  }
  for (const { Id, State } of (await engine.call('GET', '/containers/json?all=1')).json as { Id: string; State: string }[]) {
    if (State !== 'created') continue;
    const started = await engine.call('POST', `/containers/${Id}/start`);
    expect([started.status, started.text]).toEqual([204, '']);
    expect(((await engine.call('POST', `/containers/${Id}/wait`)).json as { StatusCode: number }).StatusCode).toBe(0);
  }
}

async function removeEverything(engine: RealEngine): Promise<void> {
  for (const { Id } of (await engine.call('GET', '/containers/json?all=1')).json as { Id: string }[]) await engine.call('DELETE', `/containers/${Id}?force=1`);
  expect((await engine.call('POST', '/build/prune?all=1')).status).toBe(200);
  const filters = encodeURIComponent('{"dangling":["false"]}');
  // A parent can go only when its child has.
  for (let images = 1; images > 0; images = ((await engine.call('GET', '/images/json?all=1')).json as object[]).length) {
    await engine.call('POST', `/images/prune?filters=${filters}`);
  }
}

describe.skipIf(!isRoot)('random work on images, with the engine killed in the middle', () => {
  it.each(Array.from({ length: COUNT }, (_, index) => FIRST + index))(
    'SLIPWAY_TEST_SEED=%i leaves every image whole and nothing without an owner',
    async (seed) => {
      const random = new Random(seed);
      await using engine = await RealEngine.start();
      const done = new Map<string, number>();
      for (let round = 0; round < ROUNDS; round++) {
        const ending = new AbortController();
        const work = new RandomStorageWork(engine.socket, random, material);
        const running = work.run(CLIENTS, ending.signal);
        running.catch(() => undefined);
        await work.begun(5 + random.below(40));
        await sleep(random.below(60));
        ending.abort();
        await engine.stop('SIGKILL');
        await running;
        expect(work.faults).toEqual([]);
        for (const [kind, count] of work.done) done.set(kind, (done.get(kind) ?? 0) + count);
        await engine.start();
        await check(engine);
      }
      console.log(`SLIPWAY_TEST_SEED=${seed}: ${[...done].map(([kind, count]) => `${kind} ${count}`).join(', ')}`);
      await removeEverything(engine);
      await expect.poll(() => storageProblems(engine.root), { timeout: 20_000, interval: 20 }).toEqual([]);
    },
    240_000,
  );
});
