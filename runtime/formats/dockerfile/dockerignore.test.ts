import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Dockerignore, parseDockerignore } from './dockerignore.ts';

const excludes = (text: string, path: string): boolean => new Dockerignore(parseDockerignore(text)).excludes(path);

describe('a .dockerignore leaves out', () => {
  it.each<[string, string, boolean]>([
    ['a', 'a', true],
    ['a', 'a/b/c', true],
    ['a', 'ab', false],
    ['a', 'b/a', false],
    ['/a', 'a', true],
    ['a/', 'a', true],
    ['./a', 'a', true],
    ['a/../b', 'b', true],
    ['../a', 'a', false],
    ['  a  ', 'a', true],
    ['#a', '#a', false],
    [' #a', '#a', true],
    ['\\#a', '#a', true],
    ['', 'a', false],
    ['.', 'a', false],
    ['/', 'a', false],
    ['*', 'a', true],
    ['*', 'a/b', true],
    ['*', '.hidden', true],
    ['*/b', 'a/b', true],
    ['*/b', 'b', false],
    ['*/b', 'a/c/b', false],
    ['*.md', 'README.md', true],
    ['*.md', 'docs/README.md', false],
    ['**/*.md', 'README.md', true],
    ['**/*.md', 'a/b/README.md', true],
    ['**/*.md', 'a.mdx', false],
    ['**', 'a/b', true],
    ['**/', 'a', true],
    ['**/a', 'a', true],
    ['**/a', 'b/a', true],
    ['**/a', 'b/a/c', true],
    ['**/a', 'ba', false],
    ['**a', 'ba', true],
    ['**a', 'x/ba', true],
    ['**a*', 'ba', false],
    ['a/**', 'a/b', true],
    ['a/**', 'a', false],
    ['a**', 'abc/d', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'ab', false],
    ['a**/b', 'ax/b', true],
    ['a**/b', 'ab', true],
    ['a/**/*.c', 'a/x.c', true],
    ['**/a/**', 'x/a/y', true],
    ['**/a/**', 'x/a', false],
    ['a?b', 'axb', true],
    ['a?b', 'a/b', false],
    ['a?', 'a', false],
    ['[a-c]x', 'bx', true],
    ['[^a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['a.b', 'axb', false],
    ['a+(b)|{c}$^', 'a+(b)|{c}$^', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['é?', 'é😀', true],
    ['Dockerfile', 'Dockerfile', true],
    ['.dockerignore', '.dockerignore', true],
    ['\uFEFFa', 'a', true],
    ['a\r\nb\r\n', 'b', true],
    ['*\n!a', 'a', false],
    ['*\n!a', 'b', true],
    ['*\n! a', 'a', false],
    ['!a\n*', 'a', true],
    ['a\n!a/b', 'a/b', false],
    ['a\n!a/b', 'a/c', true],
    ['a\n!a/b\na/b/c', 'a/b/c', true],
    ['a\n!a/b\na/b/c', 'a/b/d', false],
    ['a\n!a\na', 'a', true],
    ['*\n!**/*.md', 'a/b/x.md', false],
    ['*.md\n!README*.md\nREADME-secret.md', 'README-secret.md', true],
    ['*.md\n!README*.md\nREADME-secret.md', 'README-x.md', false],
    ['!/a', 'a', false],
    ['*\n!/a/', 'a', false],
    ['node_modules', 'node_modules/x/index.js', true],
    ['**/node_modules', 'p/q/node_modules/x', true],
    ['a b', 'a b', true],
  ])('%j on %s: %j', (text, path, expected) => {
    expect(excludes(text, path)).toBe(expected);
  });

  it.each(['[', 'a[', '[a-', '[]', 'a\\', '!['])('nothing by %s, which is malformed', (pattern) => {
    expect(() => new Dockerignore(parseDockerignore(pattern))).toThrow(
      expect.objectContaining({ kind: 'InvalidArgument', message: expect.stringContaining('syntax error in pattern') as string }),
    );
  });

  it('nothing by an exclamation mark alone', () => {
    expect(() => new Dockerignore(parseDockerignore('!'))).toThrow('illegal exclusion pattern: "!"');
  });
});

describe('a directory that is left out', () => {
  it.each<[string, string, boolean]>([
    ['a', 'a', false],
    ['a\n!b', 'a', false],
    ['a\n!a/b', 'a', true],
    ['a\n!a/b/c', 'a/b', true],
    ['a\n!a/b/c', 'a/x', false],
    ['*\n!*.md', 'a', false],
    ['*\n!**/*.md', 'a/b', true],
    ['*\n!*/x', 'a', true],
    ['*\n!*/x', 'a/b', false],
    ['*\n!a/**', 'a/b', true],
    ['*\n!a/**', 'b', false],
    ['*\n!**x', 'b', true],
  ])('by %j: must %s be entered? %j', (text, directory, expected) => {
    const ignore = new Dockerignore(parseDockerignore(text));
    expect(ignore.mayKeepBelow(directory)).toBe(expected);
  });
});

/** Docker's own way: each pattern becomes a regular expression. */
function byExpression(pattern: string, path: string): boolean {
  const source = pattern
    .replaceAll(/\*\*\/?$/g, '\u0001')
    .replaceAll(/\*\*\/?/g, '\u0002')
    .replaceAll('.', '\\.')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]')
    .replaceAll('\u0001', '.*')
    .replaceAll('\u0002', '(.*/)?');
  const parents = path.split('/').map((_, at, parts) => parts.slice(0, at + 1).join('/'));
  return parents.some((parent) => new RegExp(`^${source}$`, 's').test(parent));
}

it('agrees with regular expressions made from the patterns', () => {
  const segment = fc
    .array(fc.constantFrom('a', 'b', '.', '*', '?', '**'), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join('').replace(/\*{3,}/g, '**'));
  // Stars right before plain text are Docker's exception and have rows above.
  const pattern = fc
    .array(segment, { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/'))
    .filter((text) => !/(?:^|\/)\.+(?:\/|$)|^\*\*[^/]/.test(text));
  const path = fc.array(fc.stringMatching(/^[ab.]{1,3}$/), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(pattern, path, (one, name) => {
      const ignore = new Dockerignore([one]);
      expect(ignore.excludes(name)).toBe(byExpression(one, name));
    }),
    { numRuns: 3_000 },
  );
});

it('never says that a directory need not be entered where something in it is kept', () => {
  const segment = fc.constantFrom('a', 'b', '*', '**', '?', 'a*');
  const pattern = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const path = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 3 }), fc.array(pattern, { minLength: 1, maxLength: 3 }), path, (some, exceptions, parts) => {
      const ignore = new Dockerignore([...some, ...exceptions.map((one) => `!${one}`)]);
      const directory = parts.slice(0, -1).join('/');
      if (ignore.excludes(directory) && !ignore.excludes(parts.join('/'))) expect(ignore.mayKeepBelow(directory)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

it('is quick with many stars', () => {
  const ignore = new Dockerignore([`${'**/a/'.repeat(500)}b`, `${'*a'.repeat(1_000)}b`]);
  const begun = performance.now();
  expect(ignore.excludes('a/'.repeat(1_000))).toBe(false);
  expect(performance.now() - begun).toBeLessThan(1_000);
});
