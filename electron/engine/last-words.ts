import { stripVTControlCharacters } from 'node:util';

const MAX = 500;

/** What the log of a program that ended says for people: its error's message, else its last line. */
export function lastWords(log: string): string {
  const lines = stripVTControlCharacters(log)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const error = lines.findLast((line) => /^(Uncaught )?\w*Error\b.*: /.test(line));
  return (error ?? lines.at(-1) ?? '').slice(0, MAX);
}
