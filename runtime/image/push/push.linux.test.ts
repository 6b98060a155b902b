import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Fault, FaultProxy } from '../../testkit/fault-proxy.ts';
import { imageArchive, makeBusyboxArchive, tarOf } from '../../testkit/image-archives.ts';
import { type ImageStore, openImageStore } from '../../testkit/image-store.ts';
import { layerEntries } from '../../testkit/large-archive.ts';
import { TestRegistry } from '../../testkit/registry.ts';

const hasRegistry = ['docker-registry', 'skopeo'].every((tool) => spawnSync('which', [tool]).status === 0);
if (!hasRegistry) console.warn('skipped: docker-registry or skopeo is not installed');

const directory = mkdtempSync(join(tmpdir(), 'slipway-push-'));
const archive = join(directory, 'busybox.tar');
let registry: TestRegistry;
beforeAll(async () => {
  if (!hasRegistry) return;
  await makeBusyboxArchive(archive, 'busybox:1');
  registry = await TestRegistry.start();
});
afterAll(async () => {
  if (hasRegistry) await registry[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

async function openWith(name: string): Promise<ImageStore> {
  const store = openImageStore();
  await store.images.load(createReadStream(archive), { signal: AbortSignal.timeout(50_000) });
  store.images.tag('busybox:1', name);
  return store;
}

async function push(store: ImageStore, name: string): Promise<string[]> {
  const lines: string[] = [];
  const pushed = await store.images.push(name, {
    signal: AbortSignal.timeout(50_000),
    onProgress: ({ id, status }) => {
      const line = id === undefined ? status.replace(pushedDigest, 'digest') : `layer: ${status}`;
      if (lines.at(-1) !== line) lines.push(line);
    },
  });
  expect(pushed.digest).toMatch(/^sha256:/);
  return lines.filter((line) => line !== 'layer: Pushing');
}
/** Of its layers, what this process has open as `fd`. */
function filesOf({ root }: ImageStore, fd: string): string[] {
  try {
    const path = readlinkSync(`/proc/self/fd/${fd}`);
    return path.startsWith(`${root}/layers/`) || path.startsWith(`${root}/recipes/`) ? [path] : [];
  } catch {
    return []; // Closed meanwhile.
  }
}

const pushedDigest = /digest: sha256:[0-9a-f]{64} size: \d+/;

describe.skipIf(!hasRegistry)('push', () => {
  it('sends an image that others can pull, and does not send twice what is there', async () => {
    const name = `${registry.host}/own/busybox:1`;
    await using store = await openWith(name);
    const refers = `The push refers to repository [${registry.host}/own/busybox]`;
    expect(await push(store, name)).toEqual([refers, 'layer: Preparing', 'layer: Pushed', '1: digest']);
    expect(await push(store, name)).toEqual([refers, 'layer: Preparing', 'layer: Layer already exists', '1: digest']);
    const image = store.images.inspect(name);
    expect(image.repoDigests).toEqual([expect.stringMatching(/\/own\/busybox@sha256:/)]);
    await using other = openImageStore();
    expect((await other.images.pull(name, { signal: AbortSignal.timeout(50_000) })).id).toBe(image.id);
    const inspected = execFileSync('skopeo', ['inspect', '--tls-verify=false', '--raw', `docker://${name}`], { encoding: 'utf8' });
    expect(JSON.parse(inspected)).toMatchObject({ schemaVersion: 2, config: { digest: image.id } });
  });

  it('has the registry take a layer over from another repository', async () => {
    await using store = await openWith(`${registry.host}/from/here:1`);
    await push(store, `${registry.host}/from/here:1`);
    store.images.tag('busybox:1', `${registry.host}/to/there:1`);
    expect(await push(store, `${registry.host}/to/there:1`)).toContain('layer: Mounted from from/here');
  });

  it('keeps the blob of a pulled layer', async () => {
    registry.put(`docker-archive:${archive}`, 'pulled/one:1');
    await using store = openImageStore();
    await store.images.pull(`${registry.host}/pulled/one:1`, { signal: AbortSignal.timeout(50_000) });
    expect(await push(store, `${registry.host}/pulled/one:1`)).toContain('layer: Layer already exists');
  });

  it.each(['POST', 'PATCH', 'PUT'])('tries again when the registry is busy at a %s', async (fails) => {
    let failures = 0;
    await using proxy = await FaultProxy.start(registry.host, (method): Fault | null =>
      method === fails && failures++ === 0 ? { status: 503, headers: { 'retry-after': '0' } } : null,
    );
    const name = `${proxy.host}/again/${fails.toLowerCase()}:1`;
    await using store = await openWith(name);
    const lines = await push(store, name);
    expect(lines).toContain('layer: Pushed');
    expect(failures).toBeGreaterThan(1);
  });

  // Debian's registry forgets an upload whose connection broke: asked for it, it says so, and the upload begins anew.
  it.each<[what: string, method: string, fault: Fault, begun: number]>([
    ['breaks off at the first byte', 'PATCH', { cutSentAfter: 1 }, 2],
    ['breaks off in the middle', 'PATCH', { cutSentAfter: 300_000 }, 2],
    ['loses the answer to it', 'PATCH', { dropAnswer: true }, 2],
    ['loses the answer to its end', 'PUT', { dropAnswer: true }, 1],
    ['answers 500', 'PATCH', { status: 500 }, 2],
    ['answers 429', 'PATCH', { status: 429, headers: { 'retry-after': '1' } }, 2],
    ['is slow', 'PATCH', { slow: 5 }, 1],
  ])('brings a layer over a line that %s', async (what, method, fault, begun) => {
    let isFaulty = true;
    await using proxy = await FaultProxy.start(registry.host, (of) => {
      if (of !== method || !isFaulty) return null;
      isFaulty = false;
      return fault;
    });
    const path = `line/${what.replaceAll(/\W/g, '-')}`;
    await using store = await openWith(`${proxy.host}/${path}:1`);
    const lines = await push(store, `${proxy.host}/${path}:1`);
    expect(lines.filter((line) => line.startsWith('layer: Retrying in '))).toHaveLength(what === 'is slow' ? 0 : 1);
    expect(lines).toContain('layer: Pushed');
    if (fault.status === 429) expect(lines).toContain('layer: Retrying in 1 second');
    // One more for the configuration.
    expect(proxy.requests.filter((line) => line.startsWith('POST '))).toHaveLength(begun + 1);
    await using other = openImageStore();
    expect((await other.images.pull(`${registry.host}/${path}:1`, { signal: AbortSignal.timeout(50_000) })).id).toBe(store.images.inspect('busybox:1').id);
  });

  it.each([
    ['goes on', false],
    ['is canceled', true],
  ])('holds no file of a layer after an upload that breaks off and %s', async (what, isCanceled) => {
    let isFaulty = true;
    await using proxy = await FaultProxy.start(registry.host, (method) => {
      if (method !== 'PATCH' || !isFaulty) return null;
      isFaulty = false;
      return { cutSentAfter: 100_000 };
    });
    await using store = openImageStore();
    const large = await imageArchive([await tarOf(layerEntries(1, 400))], 'large:1');
    await store.images.load(Readable.from([large]), { signal: AbortSignal.timeout(50_000) });
    const name = `${proxy.host}/held/${what.replaceAll(' ', '-')}:1`;
    store.images.tag('large:1', name);
    const canceling = new AbortController();
    const pushed = store.images.push(name, {
      signal: canceling.signal,
      onProgress: ({ status }) => {
        if (isCanceled && status.startsWith('Retrying in')) canceling.abort(new Error('canceled'));
      },
    });
    if (isCanceled) await expect(pushed).rejects.toThrow('canceled');
    else await pushed;
    const held = (): string[] => readdirSync('/proc/self/fd').flatMap((fd) => filesOf(store, fd));
    await vi.waitFor(() => expect(held()).toEqual([]), { timeout: 20_000 });
  });

  it('refuses a tag that is not here, a digest, and what the registry forbids', async () => {
    await using store = await openWith(`${registry.host}/some/thing:1`);
    const options = { signal: AbortSignal.timeout(50_000) };
    await expect(store.images.push(`${registry.host}/some/thing:2`, options)).rejects.toThrow(`tag does not exist: ${registry.host}/some/thing:2`);
    const none = `An image does not exist locally with the tag: ${registry.host}/some/thin`;
    await expect(store.images.push(`${registry.host}/some/thin:1`, options)).rejects.toThrow(none);
    await expect(store.images.push(`a@sha256:${'1'.repeat(64)}`, options)).rejects.toThrow('cannot push a digest reference');
    await using closed = await FaultProxy.start(registry.host, (method) => (method === 'POST' ? { status: 401 } : null));
    store.images.tag('busybox:1', `${closed.host}/some/thing:1`);
    await expect(store.images.push(`${closed.host}/some/thing:1`, options)).rejects.toMatchObject({ kind: 'PermissionDenied' });
  });
});
