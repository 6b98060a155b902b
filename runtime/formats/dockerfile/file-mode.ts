import { EngineError } from '../../base/errors.ts';

/** The permission bits that a file gets by those it has; setuid, setgid and sticky are among them. */
export type FileMode = (mode: number, isDirectory: boolean) => number;

const WHO: Readonly<Record<string, number>> = { u: 0o4700, g: 0o2070, o: 0o1007, a: 0o7777 };
const PERMISSIONS: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111, s: 0o6000, t: 0o1000 };
const CLAUSE = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/;

/** `--chmod` of COPY and ADD: octal, or symbolic as chmod(1) reads it, without any umask. Throws InvalidArgument. */
export function parseFileMode(text: string): FileMode {
  if (/^[0-7]{1,5}$/.test(text)) {
    const mode = Number.parseInt(text, 8);
    if (mode <= 0o7777) return () => mode;
  }
  const clauses = text.split(',').map((clause) => {
    const [, who = '', actions = ''] = CLAUSE.exec(clause) ?? [];
    if (actions === '')
      throw new EngineError('InvalidArgument', `invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777, or symbolic`);
    const mask = who === '' ? 0o7777 : [...who].reduce((bits, letter) => bits | (WHO[letter] ?? 0), 0);
    return { mask, actions: [...actions.matchAll(/([-+=])([rwxXst]*|[ugo])(?=[-+=]|$)/g)].map(([, operator = '', bits = '']) => ({ operator, bits })) };
  });
  return (mode, isDirectory) =>
    clauses.reduce((whole, { mask, actions }) => actions.reduce((bits, action) => applied(bits, mask, action, isDirectory), whole), mode);
}

function applied(mode: number, mask: number, { operator, bits }: { readonly operator: string; readonly bits: string }, isDirectory: boolean): number {
  const given = bitsOf(bits, mode, isDirectory) & mask;
  switch (operator) {
    case '+':
      return mode | given;
    case '-':
      return mode & ~given;
    default:
      // A directory's setuid and setgid stay unless they are named, as chmod(1) has it.
      return (mode & ~(isDirectory && !bits.includes('s') ? mask & 0o1777 : mask)) | given;
  }
}

function bitsOf(letters: string, mode: number, isDirectory: boolean): number {
  if (/^[ugo]$/.test(letters)) {
    const digit = (mode >> (letters === 'u' ? 6 : letters === 'g' ? 3 : 0)) & 7;
    return digit * 0o111;
  }
  return [...letters].reduce((bits, letter) => {
    if (letter === 'X') return isDirectory || (mode & 0o111) !== 0 ? bits | 0o111 : bits;
    return bits | (PERMISSIONS[letter] ?? 0);
  }, 0);
}
