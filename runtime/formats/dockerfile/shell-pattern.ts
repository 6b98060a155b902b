import { EngineError } from '../../base/errors.ts';

const MAX_WORK = 50_000_000;

/**
 * Patterns of `${name#pattern}` and `${name/pattern/text}`: `*` is any text, `?` any character, a backslash takes the meaning of
 * the next one away. Matching never backtracks: each piece between two stars is looked for once.
 */
class ShellPattern {
  /** The pieces between the stars; undefined stands for `?`. */
  readonly #pieces: readonly (readonly (string | undefined)[])[];

  private constructor(pieces: readonly (readonly (string | undefined)[])[]) {
    this.#pieces = pieces;
  }

  static parse(text: string): ShellPattern {
    const pieces: (string | undefined)[][] = [[]];
    for (let at = 0; at < text.length; at++) {
      const char = text[at] as string;
      if (char === '*') pieces.push([]);
      else if (char === '?') pieces.at(-1)?.push(undefined);
      else pieces.at(-1)?.push(char === '\\' && at + 1 < text.length ? text[++at] : char);
    }
    return new ShellPattern(pieces);
  }

  /** The same pattern for a text read from its end. */
  reversed(): ShellPattern {
    return new ShellPattern(this.#pieces.map((piece) => piece.toReversed()).reverse());
  }

  /** The longest match that begins first at `from` or behind it. */
  find(text: string, from: number): { readonly start: number; readonly end: number } | undefined {
    this.#requireWorkFor(text);
    const [first = []] = this.#pieces;
    const start = indexOf(first, text, from);
    // Where the rest is not found behind the first place for the beginning, it is not behind a later one.
    const length = start === undefined ? undefined : this.lengthAt(text, start, 'longest');
    return start === undefined || length === undefined ? undefined : { start, end: start + length };
  }

  /** How many characters of `text` from `from` on match, the fewest or the most possible; undefined when none do. */
  lengthAt(text: string, from: number, wanted: 'shortest' | 'longest'): number | undefined {
    const [first = [], ...others] = this.#pieces;
    this.#requireWorkFor(text);
    if (!matchesAt(first, text, from)) return undefined;
    let end = from + first.length;
    for (const [index, piece] of others.entries()) {
      const isLast = index === others.length - 1;
      const at = isLast && wanted === 'longest' ? lastIndexOf(piece, text, end) : indexOf(piece, text, end);
      if (at === undefined) return undefined;
      end = at + piece.length;
    }
    return end - from;
  }

  #requireWorkFor(text: string): void {
    const patternLength = this.#pieces.reduce((sum, piece) => sum + piece.length + 1, 0);
    if (patternLength * text.length > MAX_WORK) throw new EngineError('InvalidArgument', 'the pattern of a substitution is too long for its value');
  }
}

function matchesAt(piece: readonly (string | undefined)[], text: string, from: number): boolean {
  if (from + piece.length > text.length) return false;
  return piece.every((char, at) => char === undefined || char === text[from + at]);
}

function indexOf(piece: readonly (string | undefined)[], text: string, from: number): number | undefined {
  for (let at = from; at + piece.length <= text.length; at++) if (matchesAt(piece, text, at)) return at;
  return undefined;
}

function lastIndexOf(piece: readonly (string | undefined)[], text: string, from: number): number | undefined {
  for (let at = text.length - piece.length; at >= from; at--) if (matchesAt(piece, text, at)) return at;
  return undefined;
}

/** `text` without the beginning that matches. */
export function withoutPrefix(text: string, pattern: string, wanted: 'shortest' | 'longest'): string {
  const length = ShellPattern.parse(pattern).lengthAt(text, 0, wanted);
  return length === undefined ? text : text.slice(length);
}

/** `text` without the end that matches. */
export function withoutSuffix(text: string, pattern: string, wanted: 'shortest' | 'longest'): string {
  const backwards = text.split('').reverse().join('');
  const length = ShellPattern.parse(pattern).reversed().lengthAt(backwards, 0, wanted);
  return length === undefined ? text : text.slice(0, text.length - length);
}

/** The first match, or every one, of the pattern replaced; an empty pattern matches nothing. */
export function replaced(text: string, pattern: string, replacement: string, which: 'first' | 'all'): string {
  if (pattern === '') return text;
  const compiled = ShellPattern.parse(pattern);
  let result = '';
  let at = 0;
  for (let match = compiled.find(text, 0); match !== undefined && match.end > match.start; match = compiled.find(text, at)) {
    result += text.slice(at, match.start) + replacement;
    at = match.end;
    if (which === 'first') break;
  }
  return result + text.slice(at);
}
