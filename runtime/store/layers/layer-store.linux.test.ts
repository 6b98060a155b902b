import { closeSync, existsSync, mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AT, FS_IOC, FS_MAGIC, FS_TOPDIR_FL, O } from '../../sys/constants.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { imageArchive, tarOf } from '../../testkit/image-archives.ts';
import { inPieces, openImageStore } from '../../testkit/image-store.ts';
import { LayerRecords } from '../records/layers.ts';
import { LayerStore } from './layer-store.ts';

const signal = new AbortController().signal;
const archive = async (): Promise<Buffer> => imageArchive([await tarOf([{ header: { name: 'etc/motd' }, data: 'hello' }])], 'kept:1');

it('opening deletes what an engine that died left, and keeps what is recorded', async () => {
  await using store = openImageStore();
  await store.images.load(inPieces(await archive()), { signal });
  const kept = store.leftovers();
  mkdirSync(join(store.root, 'ingest', 'half', 'etc'), { recursive: true });
  writeFileSync(join(store.root, 'ingest', 'archive'), 'x');
  mkdirSync(join(store.root, 'layers', 'ab'.repeat(32), 'etc'), { recursive: true });
  await using reopened = new LayerStore({ root: store.root, records: new LayerRecords(store.database), syscalls: createLinuxSyscalls(), rootless: false });
  expect(store.leftovers()).toEqual(kept);
  expect(existsSync(reopened.ingest)).toBe(true);
});

it('a layer whose files vanished is unpacked again', async () => {
  await using store = openImageStore();
  await store.images.load(inPieces(await archive()), { signal });
  const [layer = ''] = store.images.resolve('kept:1').layers;
  rmSync(join(store.root, 'layers', layer), { recursive: true });
  await store.images.load(inPieces(await archive()), { signal });
  expect(readdirSync(join(store.root, 'layers', layer))).toEqual(['etc']);
});

it('closing ends a load under way, which leaves nothing', async () => {
  await using store = openImageStore();
  const bytes = await archive();
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, bytes.length - 1024);
    await store.layers[Symbol.asyncDispose]();
    yield bytes.subarray(bytes.length - 1024);
  }
  await expect(store.images.load(slow(), { signal })).rejects.toMatchObject({ kind: 'Canceled' });
  expect(store.leftovers()).toEqual([]);
});

const isExt4 = statfsSync(tmpdir()).type === FS_MAGIC.EXT4;
if (!isExt4) console.warn(`skipped: ${tmpdir()} is not on ext4`);

it.skipIf(!isExt4)('asks ext4 to spread layers', async () => {
  await using store = openImageStore();
  const sys = createLinuxSyscalls();
  const fd = sys.openat2(AT.FDCWD, store.layers.ingest, { flags: O.RDONLY | O.DIRECTORY });
  try {
    const flags = new Uint32Array(2);
    sys.ioctl(fd, FS_IOC.GETFLAGS, new Uint8Array(flags.buffer));
    expect((flags[0] ?? 0) & FS_TOPDIR_FL).toBe(FS_TOPDIR_FL);
  } finally {
    closeSync(fd);
  }
});
