import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { constants, createZstdCompress, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLinuxSyscalls } from '../../sys/linux-syscalls.ts';
import { busyboxEntries, sha256, type TarEntry, tarOf } from '../../testkit/image-archives.ts';
import { type ExtractedLayer, extractLayer } from './extract-layer.ts';
import { Growth } from './growing-file.ts';
import { LAYER_LIMITS, type LayerLimits } from './limits.ts';

const sys = createLinuxSyscalls();
let directory = '';
let target = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'slipway-extract-'));
  target = join(directory, 'layer');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function extract(bytes: Uint8Array, limits: Partial<LayerLimits> = {}, rootless = false): Promise<ExtractedLayer> {
  const path = join(directory, 'blob');
  writeFileSync(path, bytes);
  const growth = new Growth();
  growth.advance(bytes.length);
  growth.complete();
  const source = { path, offset: 0, length: bytes.length, growth: growth.buffer };
  return extractLayer(
    sys,
    { source, target, recipe: `${target}.recipe`, limits: { ...LAYER_LIMITS, ...limits }, rootless, umask: process.umask() },
    () => undefined,
  );
}

const extractEntries = async (...entries: TarEntry[]): Promise<ExtractedLayer> => extract(await tarOf(entries));
const xattr = (path: string, name: string): string => Buffer.from(sys.lgetxattr(join(target, path), name)).toString('latin1');
const read = (path: string): string => readFileSync(join(target, path), 'utf8');

/** RFC 8878, skippable frames: four bytes of no meaning. */
const SKIPPED = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
const parts = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size));

describe('a layer', () => {
  it.each(['none', 'gzip', 'zstd'])('is unpacked from %s, with the digests of the tar and of what came', async (compression) => {
    const tar = await tarOf(busyboxEntries());
    const blob = compression === 'gzip' ? gzipSync(tar) : compression === 'zstd' ? zstdCompressSync(tar) : tar;
    expect(await extract(blob)).toMatchObject({
      diffId: `sha256:${sha256(tar)}`,
      blobDigest: `sha256:${sha256(blob)}`,
      blobSize: blob.length,
      tarSize: tar.length,
    });
    expect(readFileSync(join(target, 'bin/busybox')).equals(readFileSync('/bin/busybox'))).toBe(true);
    expect(readlinkSync(join(target, 'bin/sh'))).toBe('busybox');
  });

  it.each<[string, (tar: Buffer) => readonly Uint8Array[]]>([
    ['two members of gzip', (tar) => [gzipSync(tar.subarray(0, 1000)), gzipSync(tar.subarray(1000))]],
    ['a frame of zstd for each part, and others to skip', (tar) => [SKIPPED, ...parts(tar, 5000).map((part) => zstdCompressSync(part)), SKIPPED]],
    ['the largest window of zstd', (tar) => [zstdCompressSync(tar, { params: { [constants.ZSTD_c_windowLog]: 27 } })]],
  ])('is unpacked from %s', async (_, pack) => {
    const tar = await tarOf(busyboxEntries());
    expect(await extract(Buffer.concat(pack(tar)))).toMatchObject({ diffId: `sha256:${sha256(tar)}`, tarSize: tar.length });
    expect(readFileSync(join(target, 'bin/busybox')).equals(readFileSync('/bin/busybox'))).toBe(true);
  });

  it('is refused where zstd wants a larger window, and where its last frame is cut off', async () => {
    const packer = createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: 28 } });
    packer.write(Buffer.alloc(5000));
    packer.end();
    await expect(extract(await buffer(packer))).rejects.toThrow(/^invalid zstd data: Frame requires too much memory/);
    const frames = parts(await tarOf(busyboxEntries()), 5000).map((part) => zstdCompressSync(part));
    await expect(extract(Buffer.concat(frames).subarray(0, -3))).rejects.toThrow(/^invalid zstd data: /);
    expect(readdirSync(directory)).toEqual(['blob']);
  });

  it('keeps owners, modes with setuid, sticky and setgid bits, and times also of directories', async () => {
    const mtime = new Date('2020-02-03T04:05:06Z');
    await extractEntries(
      { header: { name: './', type: 'directory', mode: 0o711, mtime } },
      { header: { name: 'd/', type: 'directory', mode: 0o2775, uid: 5, gid: 6, mtime } },
      { header: { name: 'd/su', mode: 0o4755, uid: 7, gid: 8, mtime }, data: 'x' },
      { header: { name: 'd/plain', mode: 0o666, mtime }, data: 'y' },
      { header: { name: 'd/pipe', type: 'fifo', mode: 0o622, uid: 1, mtime } },
      { header: { name: 'd/null', type: 'character-device', mode: 0o666, devmajor: 1, devminor: 3, mtime } },
      { header: { name: 'd/link', type: 'symlink', linkname: 'su', uid: 9, mtime } },
    );
    const facts = (path: string): unknown[] => {
      const { mode, uid, gid, mtimeMs, rdev } = lstatSync(join(target, path));
      return [(mode & 0o7777).toString(8), uid, gid, mtimeMs === mtime.getTime(), rdev];
    };
    expect(['', 'd', 'd/su', 'd/plain', 'd/pipe', 'd/null'].map(facts)).toEqual([
      ['711', 0, 0, true, 0],
      ['2775', 5, 6, true, 0],
      ['4755', 7, 8, true, 0],
      ['666', 0, 0, true, 0],
      ['622', 1, 0, true, 0],
      ['666', 0, 0, true, 0x103],
    ]);
    expect(lstatSync(join(target, 'd/link'))).toMatchObject({ uid: 9, mtimeMs: mtime.getTime() });
  });

  it('keeps times to the nanosecond', async () => {
    await extractEntries({ header: { name: 'f', pax: { mtime: '1500000000.123456789' } }, data: 'x' });
    expect(statSync(join(target, 'f'), { bigint: true }).mtimeNs).toBe(1500000000123456789n);
  });

  it('keeps file capabilities and user attributes, and drops those of overlayfs and of the machine', async () => {
    const capability = '\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00';
    await extractEntries({
      header: {
        name: 'f',
        uid: 3,
        pax: {
          'SCHILY.xattr.security.capability': capability,
          'SCHILY.xattr.user.note': 'kept',
          'SCHILY.xattr.trusted.overlay.redirect': '/etc',
          'SCHILY.xattr.user.overlay.metacopy': 'y',
          'SCHILY.xattr.trusted.other': 'x',
        },
      },
      data: 'x',
    });
    expect(sys.llistxattr(join(target, 'f')).sort()).toEqual(['security.capability', 'user.note']);
    expect([xattr('f', 'security.capability'), xattr('f', 'user.note')]).toEqual([capability, 'kept']);
  });

  it('turns whiteouts into overlay form', async () => {
    await extractEntries(
      { header: { name: 'a/', type: 'directory' } },
      { header: { name: 'a/.wh.gone' }, data: '' },
      { header: { name: 'b/.wh..wh..opq' }, data: '' },
      { header: { name: '.wh..wh.plnk/1.2' }, data: 'aufs' },
      { header: { name: 'c/', type: 'directory' } },
      { header: { name: '.wh.c' }, data: '' },
      { header: { name: 'kept' }, data: 'kept' },
      { header: { name: '.wh.kept' }, data: '' },
    );
    const gone = lstatSync(join(target, 'a/gone'));
    expect([gone.isCharacterDevice(), gone.rdev]).toEqual([true, 0]);
    expect([xattr('b', 'trusted.overlay.opaque'), xattr('c', 'trusted.overlay.opaque'), read('kept')]).toEqual(['y', 'y', 'kept']);
    expect(readdirSync(target).sort()).toEqual(['a', 'b', 'c', 'kept']);
  });

  it('marks for a user namespace where rootless, and leaves out devices', async () => {
    const tar = await tarOf([{ header: { name: 'b/.wh..wh..opq' }, data: '' }, { header: { name: 'dev', type: 'block-device', devmajor: 8 } }]);
    await extract(tar, {}, true);
    expect([xattr('b', 'user.overlay.opaque'), readdirSync(target)]).toEqual(['y', ['b']]);
  });

  it('takes the last of duplicate entries, of whatever kinds', async () => {
    await extractEntries(
      { header: { name: 'f' }, data: 'first' },
      { header: { name: 'f' }, data: 'second' },
      { header: { name: 'd/inner/', type: 'directory' } },
      { header: { name: 'd', type: 'symlink', linkname: 'e' } },
      { header: { name: 'e/', type: 'directory' } },
      { header: { name: 'd/through' }, data: 'in e' },
      { header: { name: 's', type: 'symlink', linkname: 'e' } },
      { header: { name: 's/', type: 'directory' } },
    );
    expect([read('f'), read('e/through'), lstatSync(join(target, 's')).isDirectory()]).toEqual(['second', 'in e', true]);
  });

  it('resolves links of the layer within the layer, absolute ones too', async () => {
    await extractEntries(
      { header: { name: 'usr/lib/', type: 'directory' } },
      { header: { name: 'lib', type: 'symlink', linkname: '/usr/lib' } },
      { header: { name: 'lib/so' }, data: 'so' },
      { header: { name: 'hard', type: 'link', linkname: '/lib/so' } },
    );
    expect([read('usr/lib/so'), read('hard'), lstatSync(join(target, 'hard')).nlink]).toEqual(['so', 'so', 2]);
  });
});
