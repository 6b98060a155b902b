import { expect, it } from 'vitest';
import { tame } from './tame.ts';
import { languageOf, WORDS } from './words.ts';

it.each([
  ['de', ['es'], 'de'],
  ['system', ['fr-FR', 'es-MX', 'de'], 'es'],
  ['system', ['de_AT'], 'de'],
  ['system', ['constructor', 'fr'], 'en'],
  ['system', [], 'en'],
] as const)('of %s on a system with %j is %s', (chosen, system, expected) => expect(languageOf(chosen, system)).toBe(expected));

it('counts in each language', () => {
  for (const { tray } of Object.values(WORDS)) {
    expect(tray.tasks(1)).not.toBe(tray.tasks(2));
    expect(tray.openPort(8080)).toContain('8080');
  }
});

it('makes one short line of the text of others', () => {
  expect(tame('a\u202Eb\nc\u0007\u200Fd', 80)).toBe('a b c d');
  expect([...tame('x'.repeat(100), 10)]).toHaveLength(10);
  expect(tame('<b>&amp;</b>', 80)).toBe('<b>&amp;</b>');
});
