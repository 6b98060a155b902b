import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, FaultProxy } from '../../testkit/fault-proxy.ts';
import { busyboxEntries, imageArchive, tarOf } from '../../testkit/image-archives.ts';
import { type ImageStore, openImageStore } from '../../testkit/image-store.ts';
import { RealEngine } from '../../testkit/real-engine.ts';
import { TestRegistry } from '../../testkit/registry.ts';
import type { PlannedLayer } from '../image-service.ts';

const hasRegistry = ['docker-registry', 'skopeo'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!hasRegistry) console.warn('skipped: docker-registry or skopeo is not installed');

const SIZE = 2_000_000;
const directory = mkdtempSync(join(tmpdir(), 'slipway-resume-'));
let registry: TestRegistry;
/** Of layers that no compression makes smaller. */
let blobs: { readonly digest: string; readonly size: number }[] = [];

beforeAll(async () => {
  if (!hasRegistry) return;
  const layers = [await tarOf(busyboxEntries())];
  for (const name of ['a', 'b', 'c']) layers.push(await tarOf([{ header: { name }, data: randomBytes(SIZE) }]));
  writeFileSync(join(directory, 'wide.tar'), await imageArchive(layers, 'wide:1'));
  registry = await TestRegistry.start();
  registry.put(`docker-archive:${join(directory, 'wide.tar')}`, 'wide:1');
  const accept = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = await fetch(`http://${registry.host}/v2/wide/manifests/1`, { headers: { accept } });
  blobs = ((await manifest.json()) as { layers: typeof blobs }).layers;
});
afterAll(async () => {
  if (hasRegistry) await registry[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

const large = (): typeof blobs => blobs.filter(({ size }) => size >= SIZE);
const [first, second, third] = [0, 1, 2].map((index) => () => large()[index]?.digest ?? '');
/** Requests for the layer, as ranges; empty: for the whole of it. */
const asked = (proxy: FaultProxy, digest = ''): string[] =>
  proxy.requests.filter((line) => line.includes(digest) && line.startsWith('GET')).map((line) => line.split(' ')[2] ?? '');
const line = (faultOf: (digest: string, seen: number) => Fault | null): Promise<FaultProxy> =>
  FaultProxy.start(registry.host, (_, path, seen) => {
    const digest = /\/blobs\/(.*)/.exec(path)?.[1];
    return digest === undefined || !large().some((blob) => blob.digest === digest) ? null : faultOf(digest, seen);
  });
const DOWN: Fault = { status: 503, headers: { 'retry-after': '1' } };
const partialOf = (root: string): Record<string, number> =>
  Object.fromEntries(readdirSync(join(root, 'partial')).map((name) => [`sha256:${name}`, readFileSync(join(root, 'partial', name)).length]));

interface Pulled {
  readonly plan: readonly PlannedLayer[];
  /** Of the third layer, in order. */
  readonly told: readonly number[];
}

/** Through a proxy whose faults change: the name of an image is its registry's, and that must stay the same. */
async function pulled(store: ImageStore, host: string): Promise<Pulled> {
  let plan: readonly PlannedLayer[] = [];
  const told: number[] = [];
  const id = third?.().slice(7, 19);
  await store.images.pull(`${host}/wide:1`, {
    signal: AbortSignal.timeout(50_000),
    onPlan: (layers) => (plan = layers),
    onProgress: (progress) => progress.id === id && progress.current !== undefined && told.push(progress.current),
  });
  return { plan, told };
}

describe.skipIf(!hasRegistry)('a pull that did not end well', () => {
  it('is gone on with: finished blobs are not fetched again, others behind their last byte', async () => {
    let isUp = false;
    let isDown = false;
    await using proxy = await line((digest) => {
      if (isUp || digest === first?.()) return null;
      return isDown ? DOWN : { holdAfter: digest === second?.() ? 0 : 700_000 };
    });
    await using store = openImageStore();
    const states = new Map<string, string>();
    const failing = store.images.pull(`${proxy.host}/wide:1`, {
      signal: AbortSignal.timeout(50_000),
      onProgress: ({ id = '', status, current = 0 }) => void states.set(id, current > 0 ? `${status} more` : status),
    });
    const stateOf = (digest = '') => states.get(digest.slice(7, 19));
    await expect.poll(() => [proxy.held, stateOf(first?.()), stateOf(third?.())], { timeout: 30_000 }).toEqual([2, 'Pull complete', 'Downloading more']);
    isDown = true;
    proxy.cut();
    await expect(failing).rejects.toMatchObject({ kind: 'Unavailable' });
    expect([store.images.list(), store.leftovers()]).toEqual([[], []]);
    const kept = partialOf(store.root);
    expect(kept[first?.() ?? '']).toBe(large()[0]?.size);
    const came = kept[third?.() ?? ''] ?? 0;
    expect(came).toBeGreaterThan(0);

    isUp = true;
    proxy.requests.length = 0;
    const { plan, told } = await pulled(store, proxy.host);
    expect([asked(proxy, first?.()), asked(proxy, second?.()), asked(proxy, third?.())]).toEqual([[], [''], [`bytes=${came}-`]]);
    expect(plan.map((layer) => layer.kept).slice(1)).toEqual([large()[0]?.size, 0, came]);
    expect(told[0]).toBe(came);
    expect(store.images.list()).toHaveLength(1);
    expect(partialOf(store.root)).toEqual({});
  });

  it('leaves what came until it was cancelled, over a restart of the store', async () => {
    const root = mkdtempSync(join(directory, 'root-'));
    let isSlow = true;
    await using proxy = await line(() => (isSlow ? { slow: 20 } : null));
    const stop = new AbortController();
    {
      await using store = openImageStore({ root });
      const bytes = new Map<string, number>();
      const pull = store.images.pull(`${proxy.host}/wide:1`, {
        signal: stop.signal,
        onProgress: ({ id = '', current = 0, status }) => {
          if (status === 'Downloading') bytes.set(id, current);
          if (large().every(({ digest }) => (bytes.get(digest.slice(7, 19)) ?? 0) > 200_000)) stop.abort(new Error('cancelled'));
        },
      });
      await expect(pull).rejects.toThrow('cancelled');
      await expect.poll(() => large().filter(({ digest }) => (partialOf(root)[digest] ?? 0) > 200_000).length, { timeout: 20_000 }).toBe(3);
      isSlow = false;
      const kept = partialOf(root);
      // What the store has is its own while it is open: the next one takes the same directory.
      await store.layers[Symbol.asyncDispose]();
      proxy.requests.length = 0;
      await using next = openImageStore({ root });
      await pulled(next, proxy.host);
      for (const { digest, size } of large()) expect(asked(proxy, digest)).toEqual(kept[digest] === size ? [] : [`bytes=${kept[digest]}-`]);
      expect(next.images.list()).toHaveLength(1);
    }
  });

  it('drops what turns out wrong, also what an earlier pull left, and fetches it anew', async () => {
    await using proxy = await line(() => null);
    await using store = openImageStore();
    const wrong = join(store.root, 'partial', third?.().slice(7) ?? '');
    // One that is no archive at all, and one that is wrong in a few bytes of its content.
    writeFileSync(wrong, Buffer.alloc(1_000_000, 'x'));
    await pulled(store, proxy.host);
    expect(asked(proxy, third?.())).toContain('');
    expect([store.images.list().length, partialOf(store.root)]).toEqual([1, {}]);
    const right = Buffer.from(await (await fetch(`http://${registry.host}/v2/wide/blobs/${third?.()}`)).arrayBuffer());
    await using other = openImageStore();
    const almost = right.subarray(0, 1_500_000);
    almost.fill(0, 1_000_000, 1_000_010);
    writeFileSync(join(other.root, 'partial', third?.().slice(7) ?? ''), almost);
    await pulled(other, proxy.host);
    expect([other.images.list().length, partialOf(other.root)]).toEqual([1, {}]);
  });

  it('keeps nothing of a blob whose digest is wrong', async () => {
    await using proxy = await line((digest) => (digest === first?.() ? { corruptAt: 900_000 } : null));
    await using store = openImageStore();
    await expect(pulled(store, proxy.host)).rejects.toMatchObject({ kind: 'InvalidArgument' });
    expect(partialOf(store.root)[first?.() ?? '']).toBeUndefined();
  });

  it('goes on in the next engine when the one before was killed in the middle; prune drops what is kept', async () => {
    let isSlow = true;
    await using proxy = await line(() => (isSlow ? { slow: 15 } : null));
    await using engine = await RealEngine.start();
    const path = `/images/create?fromImage=${encodeURIComponent(`${proxy.host}/wide:1`)}&plan=1`;
    const received = (): number => Object.values(partialOf(engine.root)).filter((bytes) => bytes > 1_000_000).length;
    const interrupt = async (): Promise<void> => {
      const pull = engine.call('POST', path).catch(() => null);
      await expect.poll(received, { timeout: 40_000, interval: 5 }).toBeGreaterThan(0);
      await engine.stop('SIGKILL');
      await pull;
      await engine.start();
    };
    await interrupt();
    const kept = partialOf(engine.root);
    expect(Object.values(kept).some((bytes) => bytes > 1_000_000)).toBe(true);
    const disk = (await engine.call('GET', '/slipway/v1/disk')).json as { areas: { name: string; bytes: number }[] };
    expect(disk.areas.find(({ name }) => name === 'partial')?.bytes).toBeGreaterThan(1_000_000);
    const pruned = (await engine.call('POST', '/images/prune')).json as { SpaceReclaimed: number };
    expect(pruned.SpaceReclaimed).toBe(Object.values(kept).reduce((sum, bytes) => sum + bytes, 0));
    expect(partialOf(engine.root)).toEqual({});

    await interrupt();
    const left = partialOf(engine.root);
    isSlow = false;
    proxy.requests.length = 0;
    const answer = await engine.call('POST', path);
    expect(answer.text).toContain('Downloaded newer image');
    for (const { digest, size } of large()) {
      const bytes = left[digest] ?? 0;
      expect(asked(proxy, digest)).toEqual(bytes === size ? [] : [bytes === 0 ? '' : `bytes=${bytes}-`]);
    }
    expect(partialOf(engine.root)).toEqual({});
    const name = encodeURIComponent(JSON.stringify({ dangling: ['false'] }));
    expect((await engine.call('POST', `/images/prune?filters=${name}`)).status).toBe(200);
  }, 120_000);
});
