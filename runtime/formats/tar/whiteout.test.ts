import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isReserved, whiteoutName, whiteoutOf } from './whiteout.ts';

it.each([
  ['file', 'none'],
  ['wh.file', 'none'],
  ['.wh..wh..opq', 'opaque'],
  ['.wh..wh.plnk', 'metadata'],
  ['.wh.file', 'whiteout'],
  ['.wh..hidden', 'whiteout'],
  ['.wh....', 'whiteout'],
])('%s is %s', (name, kind) => {
  expect(whiteoutOf(name).kind).toBe(kind);
});

it('never hides a directory itself or the one above', () => {
  for (const name of ['.wh.', '.wh..', '.wh...', '.wh.a/b']) expect(() => whiteoutOf(name)).toThrow('invalid whiteout');
});

it('hides exactly the name it is made for', () => {
  const name = fc.string({ minLength: 1 }).filter((text) => !text.includes('/') && text !== '.' && text !== '..' && !text.startsWith('.wh.'));
  fc.assert(fc.property(name, (text) => void expect(whiteoutOf(whiteoutName(text))).toEqual({ kind: 'whiteout', name: text })));
});

it('no file can have a name that begins as one, whatever the name goes on with', () => {
  for (const name of ['.wh.', '.wh.x', '.wh..wh..opq', '.wh.\xff']) expect(isReserved(Buffer.from(name, 'latin1'))).toBe(true);
  for (const name of ['', '.wh', 'a.wh.b', '.WH.x', '.whx']) expect(isReserved(Buffer.from(name))).toBe(false);
});
