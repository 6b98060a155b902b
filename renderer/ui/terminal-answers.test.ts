import { expect, it } from 'vitest';
import { isAnswer } from './terminal-answers.ts';

it.each([
  '\x1b[?1;2c',
  '\x1b[>0;276;0c',
  '\x1b[0n',
  '\x1b[12;40R',
  '\x1b[?12;40R',
  '\x1b[?2026;2$y',
  '\x1b[8;24;80t',
  '\x1b]11;rgb:00/00/00\x1b\\',
  '\x1bP1$r0m\x1b\\',
])('%j is said by the terminal', (text) => expect(isAnswer(text)).toBe(true));

it.each([
  'e',
  'echo main\r',
  '\r',
  '\x03',
  '\x1b',
  '\x1b[A',
  '\x1bOP',
  '\x1b[3~',
  '\x1b[1;5D',
  '\x1b[200~pasted n\x1b[201~',
  '\x1bc',
  '\x1b[I',
  '\x1b[<0;3;4M',
  'é',
])('%j is typed', (text) => expect(isAnswer(text)).toBe(false));
