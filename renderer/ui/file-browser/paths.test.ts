import { describe, expect, it } from 'vitest';
import { cleanPath, crumbsOf, hasEscapes, joinPath, listedAs, nameOf, nameProblem, parentOf, partsOf } from './paths.ts';

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
  ['\\xe9'.repeat(255), null],
  ['\\xe9'.repeat(256), 'long'],
  ['there', 'taken'],
])('finds what is wrong with the name %j', (name, problem) => {
  expect(nameProblem(name, new Set(['there']))).toBe(problem);
});

it('tells bytes that are written out from letters', () => {
  expect(partsOf('caf\\xe9.txt')).toEqual([
    { text: 'caf', isByte: false },
    { text: '\\xe9', isByte: true },
    { text: '.txt', isByte: false },
  ]);
  expect(partsOf('dev-sda\\x2d1')).toEqual([{ text: 'dev-sda\\x2d1', isByte: false }]);
  expect(['/a/caf\\xe9/b', '/a/x\\x5cy', '/a\\b', '/grün'].map(hasEscapes)).toEqual([true, true, false, false]);
});

it('asks for names of this machine as the engine lists them', () => {
  expect(listedAs('a\\b/caf\\xe9/c')).toBe('a\\b/caf\\x5cxe9/c');
});
