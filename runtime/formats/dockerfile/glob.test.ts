import { describe, expect, it } from 'vitest';
import { goMatch, hasWildcards } from './glob.ts';

describe('goMatch', () => {
  it.each<[string, string, boolean]>([
    ['abc', 'abc', true],
    ['*', 'abc', true],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['*c', 'abc', true],
    ['a*', 'a', true],
    ['a*', 'abc', true],
    ['a*', 'ab/c', false],
    ['a*/b', 'abc/b', true],
    ['a*/b', 'a/c/b', false],
    ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
    ['a*b*c*d*e*/f', 'axbxcxdxexxx/f', true],
    ['a*b*c*d*e*/f', 'axbxcxdxe/xxx/f', false],
    ['a*b*c*d*e*/f', 'axbxcxdxexxx/fff', false],
    ['a*b?c*x', 'abxbbxdbxebxczzx', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['*/b*', 'a/bc', true],
    ['*b/*', 'ab/', true],
    ['**', 'a/b', false],
    ['**/x', 'a/x', true],
    ['ab[c]', 'abc', true],
    ['ab[b-d]', 'abc', true],
    ['ab[e-g]', 'abc', false],
    ['ab[^c]', 'abc', false],
    ['ab[^b-d]', 'abc', false],
    ['ab[^e-g]', 'abc', true],
    ['[!a]', '!', true],
    ['[!a]', 'b', false],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'ab', false],
    ['a?b', 'a☺b', true],
    ['a[^a]b', 'a☺b', true],
    ['a???b', 'a☺b', false],
    ['[a-ζ]*', 'α', true],
    ['*[a-ζ]', 'A', false],
    ['a?b', 'a/b', false],
    ['a[^x]b', 'a/b', true],
    ['[\\]a]', ']', true],
    ['[\\-]', '-', true],
    ['[x\\-]', 'x', true],
    ['[x\\-]', 'z', false],
    ['[\\-x]', 'a', false],
    ['*x', 'xxx', true],
    ['?', '😀', true],
  ])('%s on %s', (pattern, name, expected) => {
    expect(goMatch(pattern, name)).toBe(expected);
  });

  it.each(['[]a]', '[-]', '[x-]', '[-x]', '[', '[^', '[^bc', 'a[', '[a-b-c]', '[]', '\\', 'a\\', '[\\'])('refuses %s', (pattern) => {
    expect(() => goMatch(pattern, 'a')).toThrow(
      expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringContaining('syntax error in pattern') as string }),
    );
  });

  it('is quick with many stars', () => {
    const begun = performance.now();
    expect(goMatch(`${'*a'.repeat(2_000)}b`, 'a'.repeat(4_000))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

it.each([
  ['a', false],
  ['a*', true],
  ['a?', true],
  ['[a]', true],
  ['a\\*', false],
  ['a\\\\*', true],
])('hasWildcards(%s)', (name, expected) => {
  expect(hasWildcards(name)).toBe(expected);
});
