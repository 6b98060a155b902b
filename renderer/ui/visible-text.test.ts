import { expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

it('shows what would hide or turn the rest', () => {
  expect(visibleText('safe\u202Egnp.exe')).toBe('safe⟨U+202E⟩gnp.exe');
  expect(visibleText('\u001b[31mred\u0007\u0000\u007f')).toBe('⟨U+001B⟩[31mred⟨U+0007⟩⟨U+0000⟩⟨U+007F⟩');
  expect(visibleText('bin\u200b/sh\u2066\ufeff\u009b')).toBe('bin⟨U+200B⟩/sh⟨U+2066⟩⟨U+FEFF⟩⟨U+009B⟩');
});

it('leaves lines, tabs and the letters of every script', () => {
  const text = 'a\tb\nשלום مرحبا 한국어 👩‍💻 ñ';
  expect(visibleText(text)).toBe(text);
});
