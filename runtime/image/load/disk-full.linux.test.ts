import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MNT } from '../../sys/constants.ts';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { imageArchive, tarOf } from '../../testkit/image-archives.ts';
import { inPieces, openImageStore } from '../../testkit/image-store.ts';

const sys = createLinuxSyscalls();
const signal = new AbortController().signal;
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-full-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A store on a file system of `size` bytes. */
async function onSmallDisk(size: number, use: (root: string) => Promise<void>): Promise<void> {
  mkdirSync(directory, { recursive: true });
  sys.mount('tmpfs', directory, 'tmpfs', 0, `size=${size}`);
  try {
    await use(join(directory, 'root'));
  } finally {
    sys.umount2(directory, MNT.DETACH);
  }
}

// 8 MiB of layer: the first disk is full when the archive is kept, the second when the layer is unpacked beside it.
it.each([4, 12])('a load on a disk of %i MiB says that it is full and leaves nothing', async (mebibytes) => {
  const layer = await tarOf([{ header: { name: 'big' }, data: Buffer.alloc(8 * 1024 * 1024, 'x') }]);
  const archive = await imageArchive([layer], 'big:1');
  await onSmallDisk(mebibytes * 1024 * 1024, async (root) => {
    await using store = openImageStore({ root });
    await expect(store.images.load(inPieces(archive), { signal })).rejects.toMatchObject({ kind: 'Internal', message: 'no space left on device' });
    expect([store.leftovers(), store.images.list()]).toEqual([[], []]);
    const small = await imageArchive([await tarOf([{ header: { name: 'small' }, data: 'x' }])], 'small:1');
    expect(await store.images.load(inPieces(small), { signal })).toEqual(['small:1']);
  });
});

it.each([1, 200])('a directory of %i files on a full disk becomes no layer, says so and is gone', async (count) => {
  await onSmallDisk(8 * 1024 * 1024, async (root) => {
    await using store = openImageStore({ root });
    const upper = join(root, 'upper');
    mkdirSync(upper);
    for (let file = 0; file < count; file++) writeFileSync(join(upper, `file-${file}`), '');
    const filler = join(root, 'filler');
    fillUp(filler);
    await expect(store.layers.adopt({ upper, lower: [], omitted: [] }, () => expect.unreachable())).rejects.toMatchObject({
      kind: 'Internal',
      message: 'no space left on device',
    });
    rmSync(filler);
    expect([store.leftovers(), existsSync(upper)]).toEqual([[], false]);
  });
});

/** Writes until nothing more fits. */
function fillUp(path: string): void {
  const fd = openSync(path, 'w');
  try {
    for (;;) writeSync(fd, Buffer.alloc(4096));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  } finally {
    closeSync(fd);
  }
}
