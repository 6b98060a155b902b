import { describe, expect, it } from 'vitest';
import { quoteWord, splitCommand } from './command-words.ts';

describe('splitCommand', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['sleep 60', ['sleep', '60']],
    ["sh -c 'echo a b'", ['sh', '-c', 'echo a b']],
    ['sh -c "echo \\"$HOME\\""', ['sh', '-c', 'echo "$HOME"']],
    ['a""b \'\' ""', ['ab', '', '']],
    ['a\\ b', ['a b']],
    ['"a\\nb"', ['a\\nb']],
    ["'a\\'", ['a\\']],
    ['a\tb\nc', ['a', 'b', 'c']],
    ['trailing\\', ['trailing\\']],
    ['"', null],
    ["it's", null],
  ])('%j', (text, words) => expect(splitCommand(text)).toEqual(words));

  it('reads back what quoteWord writes', () => {
    for (const word of ['plain', '', 'a b', "it's", '"', '$HOME', 'a\nb', '\\', '*', '; rm', "''"]) expect(splitCommand(quoteWord(word))).toEqual([word]);
    expect(splitCommand(['x y', "z'"].map(quoteWord).join(' '))).toEqual(['x y', "z'"]);
  });
  it('leaves simple words alone', () => expect(quoteWord('/bin/sh')).toBe('/bin/sh'));
});
