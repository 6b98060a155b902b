import { describe, expect, it } from 'vitest';
import { cleanPath, crumbsOf, joinPath, nameOf, nameProblem, parentOf } from './paths.ts';

describe('paths', () => {
  it('are joined and taken apart', () => {
    expect([joinPath('/', 'a'), joinPath('/a', 'b')]).toEqual(['/a', '/a/b']);
    expect(['/a/b', '/a', '/'].map(parentOf)).toEqual(['/a', '/', '/']);
    expect(nameOf('/a/b.txt')).toBe('b.txt');
    expect(crumbsOf('/a/b').map(({ path }) => path)).toEqual(['/', '/a', '/a/b']);
    expect(crumbsOf('/')).toEqual([{ name: '', path: '/' }]);
  });

  it.each([
    ['', '/'],
    ['etc', '/etc'],
    [' //etc//nginx/ ', '/etc/nginx'],
    ['/a/../../b/./c', '/b/c'],
  ])('are made clean: %j is %j', (written, path) => {
    expect(cleanPath(written)).toBe(path);
  });
});

it.each([
  ['notes.txt', null],
  ['.env', null],
  ['ü b', null],
  ['', 'empty'],
  ['a/b', 'slash'],
  ['..', 'dots'],
  ['a\nb', 'nul'],
  ['ü'.repeat(128), 'long'],
  ['there', 'taken'],
])('finds what is wrong with the name %j', (name, problem) => {
  expect(nameProblem(name, new Set(['there']))).toBe(problem);
});
