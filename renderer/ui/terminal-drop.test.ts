import { expect, it } from 'vitest';
import { shellWord } from './terminal-drop.ts';

it.each([
  ['/srv/app/main.ts', '/srv/app/main.ts'],
  ['/srv/my file', "'/srv/my file'"],
  ["it's $(rm -rf /)", `'it'\\''s $(rm -rf /)'`],
  ['a\nreboot\n', 'areboot'],
  ['x\x1b[31m;y', "'x[31m;y'"],
  ['', "''"],
])('%j is one word of a shell', (path, word) => {
  expect(shellWord(path)).toBe(word);
});
