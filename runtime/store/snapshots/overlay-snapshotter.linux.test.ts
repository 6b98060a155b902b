import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { silentLogger } from '../../base/log.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { snapshotterSuite } from '../../testkit/snapshotter-suite.ts';
import { OverlaySnapshotter } from './overlay-snapshotter.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-snapshots-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const open = (root: string): OverlaySnapshotter => new OverlaySnapshotter({ root, syscalls: createLinuxSyscalls(), logger: silentLogger });

snapshotterSuite('overlay', () => {
  const root = mkdtempSync(join(directory, 's'));
  const snapshotter = open(root);
  const layerPath = (key: string): string => join(root, 'layers', key);
  mkdirSync(layerPath('base'));
  mkdirSync(layerPath('top'));
  return { snapshotter, layerPath, reopen: () => open(root) };
});

it('finishes the deletions of an earlier engine', async () => {
  const root = mkdtempSync(join(directory, 's'));
  mkdirSync(join(root, 'trash', 'left'), { recursive: true });
  writeFileSync(join(root, 'trash', 'left', 'file'), 'x');
  await open(root).idle();
  expect([readdirSync(join(root, 'trash')), existsSync(join(root, 'layers'))]).toEqual([[], true]);
});
