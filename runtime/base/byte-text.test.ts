import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfText, namedAs, shownName, shownPath, textOfBytes } from './byte-text.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const anyName = fc.oneof(
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(fc.constantFrom('\\', 'x', '5', 'c', 'e', '9', '2d', '\xe9', '\xed\xb2\x80', '\xf0\x9f\x98\x80', 'ü'), { maxLength: 12 })
    .map((parts) => latin1(parts.join(''))),
);

describe('names of any bytes', () => {
  it('are texts that give the same bytes back, and shown names that give the same texts back', () => {
    fc.assert(
      fc.property(anyName, (bytes) => {
        const text = textOfBytes(bytes);
        expect(bytesOfText(text).equals(bytes)).toBe(true);
        const { name, isEscaped } = shownName(text);
        expect(name.isWellFormed()).toBe(true);
        expect(isEscaped).toBe(name !== text);
        if (!bytes.includes(0x2f)) expect(namedAs(name)).toBe(text);
        expect(namedAs(shownPath(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['plain', latin1('plain'), 'plain', false],
    ['UTF-8', Buffer.from('grün 😀'), 'grün 😀', false],
    ['Latin-1', latin1('caf\xe9'), 'caf\\xe9', true],
    ['half a character', latin1('a\xf0\x9f\x98b'), 'a\\xf0\\x9f\\x98b', true],
    ['a unit of systemd', latin1('dev-sda\\x2d1.slice'), 'dev-sda\\x2d1.slice', false],
    ['a backslash beside it', latin1('\\\xe9'), '\\x5c\\xe9', true],
    ['what looks like it', latin1('caf\\xe9'), 'caf\\x5cxe9', true],
    ['what looks like an escaped backslash', latin1('a\\x5cb'), 'a\\x5cx5cb', true],
  ])('%s', (_, bytes, name, isEscaped) => {
    expect(shownName(textOfBytes(bytes))).toEqual({ name, isEscaped });
    expect(bytesOfText(namedAs(`/d/${name}/e`)).equals(Buffer.concat([latin1('/d/'), bytes, latin1('/e')]))).toBe(true);
  });
});
