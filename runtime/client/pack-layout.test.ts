import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../testkit/image-archives.ts';
import { layoutOfTwo, writeEntries } from '../testkit/image-layout.ts';
import { packLayout } from './pack-layout.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-layout-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('what a client sends of a layout', () => {
  const names = async (address: string): Promise<string[]> => {
    const tar = Buffer.concat(await Array.fromAsync(await packLayout(address)));
    const found: string[] = [];
    for (let at = 0; tar[at] !== 0; ) {
      found.push(tar.toString('latin1', at, at + 100).split('\0')[0] ?? '');
      at += 512 + Math.ceil(Number.parseInt(tar.toString('latin1', at + 124, at + 135), 8) / 512) * 512;
    }
    return found;
  };

  it('is the image that is meant with all of its platforms, or the one that a digest names', async () => {
    const { manifests } = await layoutOfTwo(directory);
    writeEntries(directory, [{ header: { name: `blobs/sha256/${sha256(Buffer.from('other'))}` }, data: 'other' }]);
    // Layout, index, two directories; index, two manifests, two configurations, three layers.
    expect(await names(`oci-layout://${directory}:v1`)).toHaveLength(4 + 8);
    expect(await names(`oci-layout://${directory}`)).toHaveLength(4 + 8);
    const digest = manifests[1]?.digest ?? '';
    const one = await names(`oci-layout://${directory}@${digest}`);
    expect(one).toHaveLength(4 + 4);
    expect(one).toContain(`blobs/sha256/${digest.slice(7)}`);
  });

  it.each([
    [':v2', 'NotFound', 'its tags are v1'],
    [`@sha256:${'0'.repeat(64)}`, 'NotFound', 'the layout has no sha256:000'],
    ['/blobs', 'InvalidArgument', 'no image layout: it has no oci-layout'],
  ])('is nothing for %s', async (end, kind, message) => {
    await layoutOfTwo(directory);
    await expect(packLayout(`oci-layout://${directory}${end}`)).rejects.toMatchObject({ kind, message: expect.stringContaining(message) as string });
  });
});
