import { expect, it } from 'vitest';
import { pictureOf } from './picture.ts';

const text = 'FROM busybox\n\nRUNN x\nRUN y\nRUN z\nRUN 6\nRUN 7';

it('shows two lines before and behind a wrong one', () => {
  expect(pictureOf(text, 'Dockerfile', { firstLine: 3 })).toBe(
    [
      'Dockerfile:3',
      '--------------------',
      '   1 |     FROM busybox',
      '   2 |     ',
      '   3 | >>> RUNN x',
      '   4 |     RUN y',
      '   5 |     RUN z',
      '--------------------',
      '',
    ].join('\n'),
  );
});

it.each<[string, number, number, number[]]>([
  ['at the top more below', 1, 1, [1, 2, 3]],
  ['at the end', 7, 7, [5, 6, 7]],
  ['around several lines fewer', 3, 5, [2, 3, 4, 5, 6]],
  ['past the end', 7, 20, [5, 6, 7]],
])('%s', (_, firstLine, lastLine, numbers) => {
  const shown = Array.from(pictureOf(text, 'f', { firstLine, lastLine }).matchAll(/^ +([0-9]+) \|/gm), (match) => Number(match[1]));
  expect(shown).toEqual(numbers);
});

it.each([0, 8])('shows nothing for line %i, which is none', (firstLine) => {
  expect(pictureOf(text, 'f', { firstLine })).toBe('');
});

it('leaves carriage returns out', () => {
  expect(pictureOf('FROM a\r\nX\r\n', 'f', { firstLine: 2 })).not.toContain('\r');
});
