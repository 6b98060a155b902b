import { expect, it } from 'vitest';
import { goFileMode, pathStatHeader } from './path-stat.ts';

it.each([
  ['a file', 0o100644, 0o644],
  ['a directory with the sticky bit', 0o041777, 2 ** 31 + 2 ** 20 + 0o777],
  ['a symlink', 0o120777, 2 ** 27 + 0o777],
  ['a program with set-user-ID and set-group-ID', 0o106755, 2 ** 23 + 2 ** 22 + 0o755],
  ['a character device', 0o020600, 2 ** 26 + 2 ** 21 + 0o600],
  ['a block device', 0o060660, 2 ** 26 + 0o660],
  ['a FIFO', 0o010644, 2 ** 25 + 0o644],
  ['a socket', 0o140755, 2 ** 24 + 0o755],
])("gives %s the bits of Go's FileMode", (_, mode, go) => {
  expect(goFileMode(mode)).toBe(go);
});

it('packs the header as base64 of JSON, with times that Go can read', () => {
  const decode = (text: string): unknown => JSON.parse(Buffer.from(text, 'base64').toString());
  const stat = { name: 'ü', size: 7, mode: 0o100644, mtime: 1_700_000_000_500_000_000n, linkTarget: '' };
  expect(decode(pathStatHeader(stat))).toEqual({ name: 'ü', size: 7, mode: 0o644, mtime: '2023-11-14T22:13:20.5Z', linkTarget: '' });
  for (const mtime of [0n, -1n, 10n ** 21n]) expect(decode(pathStatHeader({ ...stat, mtime }))).toMatchObject({ mtime: '1970-01-01T00:00:00Z' });
});
