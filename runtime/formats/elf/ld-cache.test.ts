import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readLdCache } from './ld-cache.ts';

function makeCache(entries: readonly (readonly [string, string])[], before = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(48);
  header.write('glibc-ld.so.cache1.1');
  header.writeUInt32LE(entries.length, 20);
  const rows = Buffer.alloc(entries.length * 24);
  const texts: Buffer[] = [];
  let end = header.length + rows.length;
  const place = (text: string) => {
    const bytes = Buffer.from(`${text}\0`);
    texts.push(bytes);
    end += bytes.length;
    return end - bytes.length;
  };
  for (const [index, [name, path]] of entries.entries()) {
    rows.writeUInt32LE(place(name), index * 24 + 4);
    rows.writeUInt32LE(place(path), index * 24 + 8);
  }
  return Buffer.concat([before, header, rows, ...texts]);
}

const ENTRIES = [
  ['libc.so.6', '/lib/x86_64-linux-gnu/libc.so.6'],
  ['libc.so.6', '/lib32/libc.so.6'],
  ['libz.so.1', '/lib/x86_64-linux-gnu/libz.so.1'],
] as const;

it('gives the paths of each name in order, also after an older table', () => {
  for (const cache of [makeCache(ENTRIES), makeCache(ENTRIES, Buffer.from('ld.so-1.7.0 and more'))]) {
    const found = readLdCache(cache);
    expect(found.get('libc.so.6')).toEqual(['/lib/x86_64-linux-gnu/libc.so.6', '/lib32/libc.so.6']);
    expect(found.get('libz.so.1')).toEqual(['/lib/x86_64-linux-gnu/libz.so.1']);
  }
});

it('leaves out what is damaged', () => {
  const cache = makeCache(ENTRIES);
  expect(readLdCache(Buffer.alloc(0)).size).toBe(0);
  expect(readLdCache(Buffer.from('no cache at all')).size).toBe(0);
  expect(readLdCache(cache.subarray(0, 40)).size).toBe(0);
  expect(readLdCache(cache.subarray(0, 60)).size).toBe(0);
  const endless = Buffer.from(cache);
  endless.writeUInt32LE(0xffff_ffff, 20);
  expect(readLdCache(endless).get('libz.so.1')).toBeDefined();
  const astray = Buffer.from(cache);
  astray.writeUInt32LE(0xffff_fff0, 48 + 8);
  expect(readLdCache(astray).get('libc.so.6')).toEqual(['/lib32/libc.so.6']);
  expect(readLdCache(makeCache([['libx.so', 'relative/libx.so']])).size).toBe(0);
});

it.runIf(existsSync('/etc/ld.so.cache'))("reads this machine's own", () => {
  expect(readLdCache(readFileSync('/etc/ld.so.cache')).get('libc.so.6')?.[0]).toMatch(/^\/.*libc\.so\.6$/);
});
