import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeElf } from '../../testkit/make-elf.ts';
import { Random } from '../../testkit/random.ts';
import { isElf, readElf } from './read-elf.ts';

describe('a program', () => {
  it('tells its loader, what it needs and where to look', () => {
    const file = makeElf({ interpreter: '/lib64/ld.so', needed: ['libc.so.6', 'libm.so.6'], runpath: '$ORIGIN/../lib:/opt/lib', rpath: '/old' });
    expect(readElf(file)).toEqual({
      bits: 64,
      machine: 62,
      interpreter: '/lib64/ld.so',
      needed: ['libc.so.6', 'libm.so.6'],
      rpath: ['/old'],
      runpath: ['$ORIGIN/../lib', '/opt/lib'],
    });
  });

  it('may need nothing', () => {
    expect(readElf(makeElf({}))).toMatchObject({ interpreter: '', needed: [], rpath: [], runpath: [] });
  });

  it('is read as this machine has it', () => {
    const own = readElf(readFileSync(process.execPath));
    expect(own.interpreter).toMatch(/^\/.*ld-/);
    expect(own.needed.some((name) => name.startsWith('libc.'))).toBe(true);
  });
});

describe('a hostile file', () => {
  const good = makeElf({ interpreter: '/lib64/ld.so', needed: ['libc.so.6'] });
  const changed = (change: (file: Buffer) => void) => {
    const file = Buffer.from(good);
    change(file);
    return file;
  };

  it.each([
    ['empty', Buffer.alloc(0)],
    ['a script', Buffer.from('#!/bin/sh\necho this is long enough to be a header\n')],
    ['of no word size', changed((file) => void (file[4] = 9))],
    ['of no byte order', changed((file) => void (file[5] = 0))],
    ['a core', changed((file) => file.writeUInt16LE(4, 16))],
    ['with too many parts', changed((file) => file.writeUInt16LE(60_000, 56))],
    ['with parts that are too short', changed((file) => file.writeUInt16LE(8, 54))],
    ['with parts beyond its end', changed((file) => file.writeBigUInt64LE(1n << 40n, 32))],
    ['with parts beyond any file', changed((file) => file.writeBigUInt64LE(1n << 63n, 32))],
    ['with an interpreter beyond its end', changed((file) => file.writeBigUInt64LE(1_000_000n, 64 + 56 + 8))],
    ['with an interpreter without an end', changed((file) => file.writeBigUInt64LE(4n, 64 + 56 + 32))],
    ['with a dynamic part without an end', changed((file) => file.writeBigUInt64LE(1n << 30n, 64 + 112 + 32))],
    ['with names in no part', changed((file) => file.writeBigUInt64LE(1n, 64 + 16))],
  ])('%s is refused', (_title, file) => {
    expect(() => readElf(file)).toThrow(expect.objectContaining({ kind: 'InvalidArgument' }));
  });

  it('cut anywhere or changed anywhere is read or refused', () => {
    const random = new Random(7);
    for (let round = 0; round < 4000; round++) {
      const file = Buffer.from(good.subarray(0, round % 2 === 0 ? good.length : random.below(good.length)));
      for (let count = 0; count < 4 && file.length > 20; count++) file[4 + random.below(file.length - 4)] = random.below(256);
      try {
        expect(isElf(file)).toBe(true);
        readElf(file);
      } catch (error) {
        if (isElf(file)) expect(error).toMatchObject({ kind: 'InvalidArgument' });
      }
    }
  });
});
