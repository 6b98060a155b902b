import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Digest, digestOf, hexOf } from '../../base/digest.ts';
import { PartialBlobs } from './partial-blobs.ts';

const directory = mkdtempSync(join(tmpdir(), 'slipway-partial-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const LIMITS = { bytes: 1000, files: 3, ageMs: 60_000 };
const blobs = (): { place: string; partials: PartialBlobs } => {
  const place = mkdtempSync(join(directory, 'p'));
  return { place, partials: new PartialBlobs(place, LIMITS) };
};
const digests = ['a', 'b', 'c', 'd'].map((text) => digestOf(text)) as [Digest, Digest, Digest, Digest];
const [first, second, third, fourth] = digests;
/** As if it had been received so many milliseconds ago. */
function put(place: string, digest: Digest, bytes: number, ageMs: number): void {
  writeFileSync(join(place, hexOf(digest)), Buffer.alloc(bytes));
  utimesSync(join(place, hexOf(digest)), new Date(), new Date(Date.now() - ageMs));
}

describe('what was received of a blob', () => {
  it('stays with every byte, and the next one goes on behind it', async () => {
    const { place, partials } = blobs();
    {
      await using spool = await partials.open(first, 100);
      expect(spool.length).toBe(0);
      await spool.write(Buffer.from('one '));
    }
    expect(partials.lengthOf(first)).toBe(4);
    {
      await using spool = await new PartialBlobs(place, LIMITS).open(first, 100);
      expect(spool.length).toBe(4);
      await spool.write(Buffer.from('two'));
      await spool.finish();
    }
    expect(readFileSync(join(place, hexOf(first)), 'utf8')).toBe('one two');
  });

  it('goes when it is wrong, longer than the blob, empty or removed', async () => {
    const { place, partials } = blobs();
    {
      await using spool = await partials.open(first, 100);
      await spool.write(Buffer.from('wrong'));
      spool.discard();
    }
    expect(readdirSync(place)).toEqual([]);
    put(place, second, 500, 0);
    {
      await using spool = await partials.open(second, 100);
      expect(spool.length).toBe(0);
    }
    put(place, third, 5, 0);
    partials.remove(third);
    partials.remove(third);
    expect(readdirSync(place)).toEqual([]);
  });

  it('is one download at a time', async () => {
    const { partials } = blobs();
    const one = await partials.open(first, 100);
    await one.write(Buffer.from('x'));
    const order: string[] = [];
    const other = partials.open(first, 100).then((spool) => (order.push('opened'), spool));
    partials.remove(first);
    expect(partials.clear()).toBe(0);
    order.push('closing');
    await one[Symbol.asyncDispose]();
    await using spool = await other;
    expect([order, spool.length]).toEqual([['closing', 'opened'], 1]);
  });

  it('is bounded in bytes, number and age: the oldest goes first', () => {
    const { place, partials } = blobs();
    put(place, first, 600, 30_000);
    put(place, second, 600, 20_000);
    put(place, third, 10, 61_000);
    partials.collect();
    expect(readdirSync(place)).toEqual([hexOf(second)]);
    for (const [index, digest] of digests.entries()) put(place, digest, 1, index * 1000);
    partials.collect();
    expect(readdirSync(place).sort()).toEqual([first, second, third].map(hexOf).sort());
    expect(partials.lengthOf(fourth)).toBe(0);
    expect(partials.clear()).toBe(3);
  });

  it('of an engine that is no more is dropped at opening when it is too old', () => {
    const place = mkdtempSync(join(directory, 'p'));
    put(place, first, 1, 61_000);
    put(place, second, 1, 1000);
    new PartialBlobs(place, LIMITS);
    expect(readdirSync(place)).toEqual([hexOf(second)]);
  });
});
