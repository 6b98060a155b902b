import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Snapshotter } from '../store/snapshots/snapshotter.ts';

/** A snapshotter with two layers in it, `base` and `top`; `reopen` gives another one on the same state. */
export interface SnapshotterFixture {
  readonly snapshotter: Snapshotter;
  readonly layerPath: (key: string) => string;
  readonly reopen: () => Snapshotter;
}

/** What every Snapshotter promises. */
export function snapshotterSuite(name: string, make: () => SnapshotterFixture): void {
  describe(`snapshotter: ${name}`, () => {
    it('gives an empty upper directory above the layers, top first', async () => {
      const { snapshotter, layerPath } = make();
      const { lower, upper, work } = await snapshotter.prepare('c1', ['base', 'top']);
      expect(lower).toEqual([layerPath('top'), layerPath('base')]);
      expect([statSync(upper).mode & 0o7777, statSync(work).isDirectory()]).toEqual([0o755, true]);
    });

    it('keeps a snapshot and its layers over a restart', async () => {
      const { snapshotter, reopen } = make();
      const directories = await snapshotter.prepare('c1', ['base', 'top']);
      writeFileSync(join(directories.upper, 'file'), 'written');
      expect(reopen().directories('c1')).toEqual(directories);
      expect(existsSync(join(directories.upper, 'file'))).toBe(true);
    });

    it('refuses a key that is taken, a layer that is missing and keys that are paths', async () => {
      const { snapshotter } = make();
      await snapshotter.prepare('c1', ['base']);
      await expect(snapshotter.prepare('c1', ['base'])).rejects.toMatchObject({ kind: 'Conflict' });
      await expect(snapshotter.prepare('c2', ['base', 'none'])).rejects.toMatchObject({ kind: 'NotFound' });
      expect(() => snapshotter.directories('c2'), 'nothing half made').toThrow('not found');
      for (const key of ['', '.', '..', '../x', 'a/b', 'a\0b', 'x'.repeat(200)]) {
        await expect(snapshotter.prepare(key, ['base'])).rejects.toMatchObject({ kind: 'InvalidArgument' });
        await expect(snapshotter.prepare('c3', [key])).rejects.toMatchObject({ kind: 'InvalidArgument' });
      }
    });

    it('removes at once, twice if asked, and the key is free again', async () => {
      const { snapshotter } = make();
      const { upper } = await snapshotter.prepare('c1', ['base']);
      await snapshotter.remove('c1');
      await snapshotter.remove('c1');
      expect(existsSync(upper)).toBe(false);
      expect(() => snapshotter.directories('c1')).toThrow('not found');
      await snapshotter.prepare('c1', ['top']);
      await snapshotter.idle();
    });

    it('tells the layers that snapshots are above, after a restart too', async () => {
      const { snapshotter, reopen } = make();
      await snapshotter.prepare('c1', ['base']);
      await snapshotter.prepare('c2', ['base', 'top']);
      expect([...snapshotter.layersInUse()].sort()).toEqual(['base', 'top']);
      expect([...reopen().layersInUse()].sort()).toEqual(['base', 'top']);
      expect([snapshotter.layersOf('c2'), reopen().layersOf('c2')]).toEqual([
        ['base', 'top'],
        ['base', 'top'],
      ]);
      expect([...reopen().list()].sort()).toEqual(['c1', 'c2']);
      await snapshotter.remove('c2');
      expect([...snapshotter.layersInUse()]).toEqual(['base']);
      await snapshotter.remove('c1');
      expect([...snapshotter.layersInUse()]).toEqual([]);
      await snapshotter.idle();
    });

    it('removes a layer, twice if asked, and never a path', async () => {
      const { snapshotter, layerPath } = make();
      await snapshotter.removeLayer('top');
      await snapshotter.removeLayer('top');
      expect([existsSync(layerPath('top')), existsSync(layerPath('base'))]).toEqual([false, true]);
      await expect(snapshotter.removeLayer('../snapshots')).rejects.toMatchObject({ kind: 'InvalidArgument' });
      await snapshotter.idle();
    });

    it('removes trees of any depth and leaves what links point to', async () => {
      const { snapshotter, layerPath } = make();
      const { upper } = await snapshotter.prepare('c1', ['base']);
      symlinkSync(layerPath('base'), join(upper, 'link'));
      const before = process.cwd();
      try {
        process.chdir(upper);
        for (let depth = 0; depth < 3000; depth++) {
          mkdirSync('d');
          process.chdir('d');
        }
      } finally {
        process.chdir(before);
      }
      await snapshotter.remove('c1');
      await snapshotter.idle();
      expect(existsSync(layerPath('base'))).toBe(true);
    });

    it('measures the writable layer alone and follows no link', async () => {
      const { snapshotter, layerPath } = make();
      const { upper } = await snapshotter.prepare('c1', ['base']);
      writeFileSync(join(layerPath('base'), 'big'), Buffer.alloc(10_000));
      mkdirSync(join(upper, 'a'));
      writeFileSync(join(upper, 'a', 'file'), Buffer.alloc(1000));
      symlinkSync(layerPath('base'), join(upper, 'a', 'link'));
      expect(await snapshotter.usage('c1')).toMatchObject({ bytes: 1000, inodes: 3 });
    });
  });
}
