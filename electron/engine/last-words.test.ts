import { expect, it } from 'vitest';
import { lastWords } from './last-words.ts';

it.each([
  [
    'a thrown error',
    "node:internal/x:1\n  throw err;\n  ^\n\n\u001b[31mError: Cannot find module 'x'\u001b[39m\n    at f (y:1)\n\nNode.js v24\n",
    "Error: Cannot find module 'x'",
  ],
  ['an error with a code', 'Error [ERR_X]: no\n    at f\n{\n  code: 1\n}\n', 'Error [ERR_X]: no'],
  ['a plain last line', 'starting\ncgroup: no permission\n', 'cgroup: no permission'],
  ['nothing', '', ''],
])('finds them in %s', (_case, log, expected) => {
  expect(lastWords(log)).toBe(expected);
});

it('keeps them short', () => {
  expect(lastWords('x'.repeat(10_000))).toHaveLength(500);
});
