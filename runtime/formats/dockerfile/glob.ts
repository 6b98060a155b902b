import { EngineError } from '../../base/errors.ts';

/** What stands for one character. */
export type Token = { readonly type: 'char'; readonly char: string } | { readonly type: 'any' } | Class;
interface Class {
  readonly type: 'class';
  readonly isNegated: boolean;
  readonly ranges: readonly (readonly [number, number])[];
}

/** The pieces between the stars of a pattern. */
type Glob = readonly (readonly Token[])[];

/** Whether a COPY source, or a part of its path, is a pattern. */
export function hasWildcards(name: string): boolean {
  return /[*?[]/.test(name.replaceAll(/\\./gs, ''));
}

/**
 * Whether the whole of `name` matches, by the rules of Go's `filepath.Match` on Linux: `*` and `?` stop at slashes, `[a-z]` and `[^a-z]`
 * are classes, a backslash takes the meaning of the next character away. Throws InvalidArgument `syntax error in pattern`.
 * Takes time in proportion to the two lengths multiplied at most.
 */
export function goMatch(pattern: string, name: string): boolean {
  return matches(compiled(pattern), Array.from(name));
}

/** Throws InvalidArgument when `pattern` is none for `goMatch`. */
export function checkPattern(pattern: string): void {
  compiled(pattern);
}

function compiled(pattern: string): Glob {
  const chars = Array.from(pattern);
  const pieces: Token[][] = [[]];
  for (let at = 0; at < chars.length; ) {
    const char = chars[at++] as string;
    if (char === '*') {
      pieces.push([]);
      continue;
    }
    let token: Token;
    if (char === '?') token = { type: 'any' };
    else if (char === '[') [token, at] = classAt(pattern, chars, at);
    else if (char === '\\') token = { type: 'char', char: chars[at++] ?? malformed(pattern) };
    else token = { type: 'char', char };
    pieces.at(-1)?.push(token);
  }
  return pieces;
}

/** A class, `start` behind its opening bracket, and the place behind its closing one. Throws InvalidArgument. */
export function classAt(pattern: string, chars: readonly string[], start: number): [Class, number] {
  let at = start;
  const isNegated = chars[at] === '^';
  if (isNegated) at++;
  const ranges: [number, number][] = [];
  const one = (): number => {
    let char = chars[at++];
    if (char === undefined || char === '-' || char === ']') return malformed(pattern);
    if (char === '\\') char = chars[at++];
    // A range needs its closing bracket behind it.
    return (at < chars.length ? char?.codePointAt(0) : undefined) ?? malformed(pattern);
  };
  while (chars[at] !== ']' || ranges.length === 0) {
    const low = one();
    let high = low;
    if (chars[at] === '-') {
      at++;
      high = one();
    }
    ranges.push([low, high]);
  }
  return [{ type: 'class', isNegated, ranges }, at + 1];
}

function matches(pieces: Glob, name: readonly string[]): boolean {
  const [first = [], ...others] = pieces;
  if (!matchesAt(first, name, 0)) return false;
  let at = first.length;
  for (const [index, piece] of others.entries()) {
    const isLast = index === others.length - 1;
    // A star ends at a slash at the latest; the first place that fits leaves most to the stars behind it.
    while (!(matchesAt(piece, name, at) && (!isLast || at + piece.length === name.length))) {
      if (at >= name.length || name[at] === '/') return false;
      at++;
    }
    at += piece.length;
  }
  return at === name.length;
}

function matchesAt(piece: readonly Token[], name: readonly string[], from: number): boolean {
  if (from + piece.length > name.length) return false;
  return piece.every((token, index) => matchesOne(token, name[from + index] as string));
}

export function matchesOne(token: Token, char: string): boolean {
  if (token.type === 'char') return token.char === char;
  if (token.type === 'any') return char !== '/';
  const code = char.codePointAt(0) as number;
  return token.ranges.some(([low, high]) => low <= code && code <= high) !== token.isNegated;
}

function malformed(pattern: string): never {
  throw new EngineError('InvalidArgument', `syntax error in pattern: ${JSON.stringify(pattern.slice(0, 200))}`);
}
