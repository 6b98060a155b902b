import type { Position } from './ast.ts';

/** One instruction's text put together from the lines it goes over, with the place of each part in the file. */
export class LogicalLine {
  readonly text: string;
  /** Whether an empty line stood between its parts. */
  readonly hasEmptyContinuation: boolean;
  readonly #pieces: readonly Piece[];

  constructor(pieces: readonly Piece[], hasEmptyContinuation = false) {
    this.text = pieces.map((piece) => piece.text).join('');
    this.#pieces = pieces;
    this.hasEmptyContinuation = hasEmptyContinuation;
  }

  /** Where the character at `offset` of the text is in the file; one behind the last is the end. */
  positionAt(offset: number): Position {
    let rest = Math.max(0, offset);
    for (const piece of this.#pieces) {
      if (rest < piece.text.length) return { line: piece.line, column: piece.column + rest };
      rest -= piece.text.length;
    }
    const last = this.#pieces.at(-1);
    return last === undefined ? { line: 1, column: 1 } : { line: last.line, column: last.column + last.text.length };
  }
}

interface Piece {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Hands out the instructions of a Dockerfile, and the raw lines behind one for its here-documents. */
export class LineReader {
  /** Each with its line end. */
  readonly #lines: readonly string[];
  readonly #continued: RegExp;
  #at: number;
  #comments: string[] = [];

  /** `lines` carry their line ends; the first `skipped` of them are directives. */
  constructor(lines: readonly string[], escape: '\\' | '`', skipped: number) {
    this.#lines = lines;
    this.#at = skipped;
    // An escape character in front of the last one takes its meaning away.
    this.#continued = escape === '`' ? /(?:^|[^`])`[ \t]*$/ : /(?:^|[^\\])\\[ \t]*$/;
  }

  /** The last line that was read, counted from 1. */
  get lineNumber(): number {
    return this.#at;
  }

  /** The next raw line with its end, or undefined behind the last. */
  nextRaw(): string | undefined {
    return this.#lines[this.#at++];
  }

  /** The next instruction with the comments right above it; comments inside of it are left out. Undefined behind the last. */
  nextLogical(): { readonly line: LogicalLine; readonly comments: readonly string[] } | undefined {
    for (let raw = this.nextRaw(); raw !== undefined; raw = this.nextRaw()) {
      const text = withoutEnd(raw).trimStart();
      if (text.startsWith('#')) {
        this.#comments.push(text.slice(1).trim());
        continue;
      }
      const comments = this.#comments;
      this.#comments = [];
      if (text === '') continue;
      const line = this.#whole(text, withoutEnd(raw).length - text.length + 1);
      if (line.text.trim() !== '') return { line, comments };
    }
    return undefined;
  }

  #whole(first: string, column: number): LogicalLine {
    const { text, isContinued } = this.#part(first);
    const pieces: Piece[] = [{ text, line: this.#at, column }];
    let hasEmpty = false;
    for (let goesOn = isContinued; goesOn; ) {
      const raw = this.nextRaw();
      if (raw === undefined) break;
      const written = withoutEnd(raw);
      if (written.trimStart().startsWith('#')) continue;
      if (written.trim() === '') {
        hasEmpty = true;
        continue;
      }
      const part = this.#part(written);
      pieces.push({ text: part.text, line: this.#at, column: 1 });
      goesOn = part.isContinued;
    }
    return new LogicalLine(pieces, hasEmpty);
  }

  #part(text: string): { readonly text: string; readonly isContinued: boolean } {
    const match = this.#continued.exec(text);
    if (match === null) return { text, isContinued: false };
    return { text: text.slice(0, match.index + match[0].trimEnd().length - 1), isContinued: true };
  }
}

/** A text's lines, each with its end. */
export function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at) + 1 || text.length;
    lines.push(text.slice(at, end));
    at = end;
  }
  return lines;
}

/** `line` without the carriage returns and line feeds at its end. */
export function withoutEnd(line: string): string {
  return line.replace(/[\r\n]+$/, '');
}
