import { expect, it } from 'vitest';
import { buildFailure } from './build-failure.ts';

it('leaves out the lines of the Dockerfile, and nothing else', () => {
  const why = 'dockerfile parse error on line 2: unknown instruction: RUNN (Dockerfile:2:1)';
  const excerpt = 'Dockerfile:2\n--------------------\n   1 |     FROM busybox:1\n   2 | >>> RUNN echo hi\n--------------------\n';
  expect(buildFailure(`${why}\n${excerpt}`)).toBe(why);
  expect(buildFailure('first\nsecond')).toBe('first\nsecond');
  expect(buildFailure('')).toBe('');
});
