import { describe, expect, it } from 'vitest';
import { contentOf, encodeText, hexLines } from './content.ts';

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('contentOf', () => {
  it.each([
    ['nothing, which can be written to', '', 'text'],
    ['a picture', '\x89PNG\r\n\x1a\n\0\0', 'image'],
    ['another', 'RIFF\x01\x02\x03\x04WEBPVP8 ', 'image'],
    ['an SVG, which is a program', '<svg onload="x()"/>', 'text'],
    ['a NUL', 'a\0b', 'bytes'],
    ['what is not UTF-8', 'a\xffb', 'bytes'],
  ])('knows %s', (_case, content, kind) => {
    expect(contentOf(bytes(content), true).kind).toBe(kind);
  });

  it('leaves out a character that the end cuts in two, but not one that is broken', () => {
    const cut = utf8('grün').subarray(0, 3);
    expect(contentOf(cut, false)).toMatchObject({ kind: 'text', text: 'gr' });
    expect(contentOf(cut, true).kind).toBe('bytes');
  });

  it.each([
    ['a\nb\n', '\n'],
    ['no end', '\n'],
    ['a\r\nb\r\n', '\r\n'],
    ['a\r\nb\n', null],
    ['a\rb', null],
  ] as const)('finds the line ends of %j', (text, ends) => {
    expect(contentOf(utf8(text), true)).toMatchObject({ ends });
  });

  it('gives a text back byte for byte', () => {
    for (const text of ['a\nb', 'a\r\nb\r\n', '\ufeffwith a mark']) {
      const content = contentOf(utf8(text), true);
      if (content.kind !== 'text' || content.ends === null) throw new Error('no text');
      expect(encodeText(content.text, content.ends)).toEqual(utf8(text));
    }
  });
});

it('writes bytes in lines of sixteen', () => {
  expect(hexLines(bytes('0123456789abcdef!\n'))).toBe(
    `00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef\n00000010  21 0a${' '.repeat(18)}  ${' '.repeat(23)}  !.`,
  );
});
