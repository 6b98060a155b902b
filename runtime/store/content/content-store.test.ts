import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { digestOf } from '../../base/digest.ts';
import { contentStoreSuite } from '../../testkit/content-store-suite.ts';
import { MemoryContentStore } from '../../testkit/memory-content-store.ts';
import { DiskContentStore } from './disk-content-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-content-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

contentStoreSuite('memory', () => new MemoryContentStore());
contentStoreSuite('disk', () => new DiskContentStore(mkdtempSync(join(directory, 's'))));

it('drops what an earlier engine left half written and keeps the rest', () => {
  const root = join(directory, 'left');
  mkdirSync(join(root, 'ingest'), { recursive: true });
  mkdirSync(join(root, 'blobs', 'sha256'), { recursive: true });
  writeFileSync(join(root, 'ingest', 'half'), 'half');
  writeFileSync(join(root, 'blobs', 'sha256', digestOf('x').slice(7)), 'x');
  expect(new DiskContentStore(root).list()).toEqual([{ digest: digestOf('x'), size: 1 }]);
  expect(readdirSync(join(root, 'ingest'))).toEqual([]);
});
