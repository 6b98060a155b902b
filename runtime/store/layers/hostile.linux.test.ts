import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { hostileTars } from '../../testkit/hostile-tars.ts';
import { tarOf } from '../../testkit/image-archives.ts';
import { extractLayer } from './extract-layer.ts';
import { Growth } from './growing-file.ts';
import { LAYER_LIMITS, type LayerLimits } from './limits.ts';
import { removeTree } from './remove-tree.ts';

const sys = createLinuxSyscalls();
const directory = mkdtempSync(join(tmpdir(), 'slipway-hostile-'));
const outside = join(directory, 'outside');
const target = join(directory, 'layer');
const recipe = join(directory, 'recipe');
beforeAll(() => {
  mkdirSync(join(outside, 'inner'), { recursive: true });
  writeFileSync(join(outside, 'secret'), 'untouched');
});
afterAll(() => removeTree(directory));

/** Everything that a tar could have changed outside of its directory. */
function outsideState(): unknown {
  const facts = (path: string): unknown => {
    const { mode, uid, gid, nlink, mtimeMs, ctimeMs } = lstatSync(path);
    return { mode, uid, gid, nlink, mtimeMs, ctimeMs };
  };
  const paths = [outside, join(outside, 'secret'), join(outside, 'inner')];
  return {
    facts: paths.map(facts),
    names: readdirSync(directory, { recursive: true }).filter((name) => !String(name).startsWith('layer')),
    secret: readFileSync(join(outside, 'secret'), 'utf8'),
  };
}

async function extract(bytes: Uint8Array, limits: Partial<LayerLimits> = {}): Promise<void> {
  const path = join(tmpdir(), `slipway-hostile-${process.pid}.tar`);
  writeFileSync(path, bytes);
  try {
    const growth = new Growth();
    growth.advance(bytes.length);
    growth.complete();
    const source = { path, offset: 0, length: bytes.length, growth: growth.buffer };
    await extractLayer(sys, { source, target, recipe, limits: { ...LAYER_LIMITS, ...limits }, rootless: false, umask: process.umask() }, () => undefined);
  } finally {
    rmSync(path);
  }
}

describe('a hostile tar leaves the outside untouched:', () => {
  it.each(hostileTars(outside).map((tar) => [tar.name, tar] as const))('%s', async (_, { bytes, refused }) => {
    const before = outsideState();
    const tar = await bytes();
    const openBefore = readdirSync('/proc/self/fd').length;
    if (refused === undefined) {
      await extract(tar);
      expect(readdirSync(target)).not.toEqual([]);
      removeTree(target);
      rmSync(recipe);
    } else {
      const error = await extract(tar).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ kind: 'InvalidArgument', message: expect.stringMatching(refused) as string });
    }
    expect(readdirSync(directory)).toEqual(['outside']);
    expect(outsideState()).toEqual(before);
    await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(openBefore);
  });
});

describe('a bomb is stopped at the limit:', () => {
  const zeros = (size: number): Promise<Buffer> => tarOf([{ header: { name: 'zeros' }, data: Buffer.alloc(size) }]);

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const)('of the ratio, by %s', async (_, compress) => {
    await expect(extract(compress(await zeros(8_000_000)), { ratioFloor: 1_000_000, ratio: 100 })).rejects.toMatchObject({
      kind: 'TooLarge',
      message: 'the layer inflates to more than 100 times its size',
    });
    expect(readdirSync(directory)).toEqual(['outside']);
  });

  it('of the size, and of the number of entries', async () => {
    await expect(extract(gzipSync(await zeros(3_000_000)), { inflatedBytes: 2_000_000 })).rejects.toThrow('the layer is larger than 2000000 bytes');
    const many = await tarOf(Array.from({ length: 20 }, (_, index) => ({ header: { name: `f${index}` }, data: '' })));
    await expect(extract(many, { entries: 10 })).rejects.toThrow('the layer has more than 10 entries');
    expect(readdirSync(directory)).toEqual(['outside']);
  });
});
