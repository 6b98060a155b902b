import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBusyboxArchive } from '../../testkit/image-archives.ts';
import { openImageStore } from '../../testkit/image-store.ts';

const SKOPEO = '/usr/bin/skopeo';
const directory = mkdtempSync(join(tmpdir(), 'slipway-skopeo-'));
const original = join(directory, 'original.tar');
beforeAll(() => makeBusyboxArchive(original, 'busybox:1', { config: { Labels: { made: 'here' } } }));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

if (!existsSync(SKOPEO)) console.warn(`skipped: ${SKOPEO} is not installed`);

function convert(from: string, to: string, ...options: string[]): void {
  execFileSync(SKOPEO, ['copy', '--insecure-policy', '--quiet', ...options, from, to], { stdio: 'pipe' });
}

async function load(path: string): Promise<{ names: readonly string[]; id: string; layers: readonly string[]; labels: unknown }> {
  await using store = openImageStore();
  const names = await store.images.load(createReadStream(path), { signal: new AbortController().signal });
  const image = store.images.resolve(names[0] ?? '');
  return { names, id: image.id, layers: image.layers, labels: image.config.config?.Labels };
}

describe.skipIf(!existsSync(SKOPEO))('an image that skopeo converted', () => {
  it.each(['docker-archive', 'oci-archive'])('to %s and back is the same image', async (format) => {
    const converted = join(directory, `${format}.tar`);
    const back = join(directory, `${format}-back.tar`);
    convert(`docker-archive:${original}`, `${format}:${converted}:busybox:2`);
    convert(`${format}:${converted}:busybox:2`, `docker-archive:${back}:busybox:3`);
    const [first, second, third] = [await load(original), await load(converted), await load(back)];
    expect([first.names, second.names, third.names]).toEqual([['busybox:1'], ['busybox:2'], ['busybox:3']]);
    expect([second.layers, third.layers]).toEqual([first.layers, first.layers]);
    expect([second.labels, third.labels]).toEqual([{ made: 'here' }, { made: 'here' }]);
  });

  it('with layers packed by zstd is the same image', async () => {
    const path = join(directory, 'zstd.tar');
    convert(`docker-archive:${original}`, `oci-archive:${path}:busybox:4`, '--dest-compress-format', 'zstd');
    expect(readFileSync(path).includes('layer.v1.tar+zstd')).toBe(true);
    expect(await load(path)).toMatchObject({ names: ['busybox:4'], layers: (await load(original)).layers });
  });
});
