import { mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../testkit/image-archives.ts';
import { layoutOfTwo } from '../../testkit/image-layout.ts';
import { type ImageStore, openImageStore } from '../../testkit/image-store.ts';

let store: ImageStore;
let directory = '';
beforeEach(() => {
  store = openImageStore();
  directory = mkdtempSync(join(tmpdir(), 'slipway-layout-'));
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const OWNER = 'build/mine';
const bring = (architecture: string, choice: { tag?: string; digest?: `sha256:${string}` } = {}, signal = new AbortController().signal) =>
  store.images.fromLayout(directory, { choice, platform: { os: 'linux', architecture }, owner: OWNER, signal });

/** Files are deleted behind a collection. */
async function expectNothingLeft(): Promise<void> {
  store.leases.release(OWNER);
  await store.collect();
  await expect.poll(() => store.leftovers(), { timeout: 30_000 }).toEqual([]);
}

describe('an image of a layout', () => {
  it.each(['amd64', 'arm64'])('is that for %s, is no entry of the list and goes with its lease', async (architecture) => {
    const { shared, own } = await layoutOfTwo(directory);
    const image = await bring(architecture, { tag: 'v1' });
    expect(image.layers).toEqual([shared, own[architecture] ?? Buffer.of()].map((tar) => `sha256:${sha256(tar)}`));
    expect(image.config.architecture).toBe(architecture);
    expect(readFileSync(join(store.layers.directoryOf(image.layers[1] ?? 'sha256:'), 'etc/motd'), 'utf8')).toBe(architecture);
    expect(store.images.list({ all: true })).toEqual([]);
    expect(await bring(architecture, { tag: 'v1' })).toEqual(image);
    await expectNothingLeft();
  });

  it.each<[string, () => void, string, object]>([
    ['a platform that it has not', () => undefined, 's390x', { kind: 'NotFound', message: 'no match for platform linux/s390x in the layout' }],
    [
      'no layout',
      () => rmSync(join(directory, 'index.json')),
      'amd64',
      { kind: 'InvalidArgument', message: expect.stringContaining('no image layout') as string },
    ],
    ['a layer that is cut', () => truncateSync(join(directory, 'blobs/sha256', largest()), 100), 'amd64', { kind: 'InvalidArgument' }],
    ['a layer of other bytes', () => flip(join(directory, 'blobs/sha256', largest())), 'amd64', { kind: 'InvalidArgument' }],
    [
      'a link that leads out',
      () => leadOut(join(directory, 'blobs/sha256', largest())),
      'amd64',
      { kind: 'InvalidArgument', message: expect.stringContaining('is missing') as string },
    ],
  ])('is refused with %s, and nothing is left', async (_, spoil, architecture, error) => {
    await layoutOfTwo(directory);
    spoil();
    await expect(bring(architecture, { tag: 'v1' })).rejects.toMatchObject(error);
    await expectNothingLeft();
  });

  it('is left alone when it is cancelled', async () => {
    await layoutOfTwo(directory);
    await expect(bring('amd64', {}, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    await expectNothingLeft();
  });
});

/** The blob of the layer of both. */
function largest(): string {
  const { manifests } = JSON.parse(readFileSync(join(directory, 'index.json'), 'utf8')) as { manifests: [{ digest: string }] };
  const blob = (digest: string): string => readFileSync(join(directory, 'blobs/sha256', digest.slice(7)), 'utf8');
  const nested = JSON.parse(blob(manifests[0].digest)) as { manifests: [{ digest: string }] };
  return (JSON.parse(blob(nested.manifests[0].digest)) as { layers: [{ digest: string }] }).layers[0].digest.slice(7);
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length - 9] = (bytes.at(-9) ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function leadOut(path: string): void {
  const bytes = readFileSync(path);
  const out = join(store.root, 'out');
  writeFileSync(out, bytes);
  rmSync(path);
  symlinkSync(out, path);
}
