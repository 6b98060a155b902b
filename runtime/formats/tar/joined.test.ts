import { expect, it } from 'vitest';
import { tarOf } from '../../testkit/image-archives.ts';
import { joinedArchives } from './joined.ts';
import { END_OF_ARCHIVE } from './writer.ts';

const pieces = async function* (bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
};
/** With the end that our writer makes. */
const archive = async (name: string, data: string): Promise<Buffer> => {
  const tar = await tarOf([{ header: { name }, data }]);
  return Buffer.concat([tar.subarray(0, 512 + Math.ceil(data.length / 512) * 512), END_OF_ARCHIVE]);
};

it.each([1, 511, 512, 1000, 100_000])('is the entries of all and one end, in pieces of %i bytes', async (size) => {
  const all = [await archive('a', 'one'), await archive('b', ''), await archive('c', '\0'.repeat(3000))];
  const joined: Buffer[] = [];
  for await (const piece of joinedArchives(all.map((one) => pieces(one, size)))) joined.push(Buffer.from(piece));
  const expected = [...all.map((one) => one.subarray(0, one.length - END_OF_ARCHIVE.length)), Buffer.from(END_OF_ARCHIVE)];
  expect(Buffer.concat(joined).equals(Buffer.concat(expected))).toBe(true);
});
