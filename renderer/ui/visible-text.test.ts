import { expect, it } from 'vitest';
import { hides, visibleName, visiblePieces, visibleText } from './visible-text.ts';

it('shows what would hide or turn the rest', () => {
  expect(visibleText('safe\u202Egnp.exe')).toBe('safe⟨U+202E⟩gnp.exe');
  expect(visibleText('\u001b[31mred\u0007\u0000\u007f')).toBe('⟨U+001B⟩[31mred⟨U+0007⟩⟨U+0000⟩⟨U+007F⟩');
  expect(visibleText('bin\u200b/sh\u2066\ufeff\u009b')).toBe('bin⟨U+200B⟩/sh⟨U+2066⟩⟨U+FEFF⟩⟨U+009B⟩');
});

it('shows letters that are blank, and tags, which spell text that nobody sees, but in flags', () => {
  const flag = '\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}';
  expect(visibleText(`a\u3164b ${flag}`)).toBe(`a⟨U+3164⟩b ${flag}`);
  expect(visibleText('go\u{E0041}\u{E0042}')).toBe('go⟨U+E0041⟩⟨U+E0042⟩');
});

it('gives pieces that make up the text as it is', () => {
  const text = '\u202Egnp\u200b.exe\u2066';
  const pieces = visiblePieces(text);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  expect(pieces.map(({ number }) => number ?? '')).toEqual(['⟨U+202E⟩', '', '⟨U+200B⟩', '', '⟨U+2066⟩']);
  expect([text, 'plain', 'שלום'].map(hides)).toEqual([true, false, false]);
});

it('leaves lines, tabs and the letters of every script', () => {
  const text = 'a\tb\nשלום مرحبا 한국어 👩‍💻 ñ';
  expect(visibleText(text)).toBe(text);
});

it('keeps a name in its line', () => {
  expect(visibleName('a\tb\nc\u202e שלום')).toBe('a⟨U+0009⟩b⟨U+000A⟩c⟨U+202E⟩ שלום');
});
