import { checkPattern, classAt, matchesOne, type Token } from './glob.ts';

/** `star` stops at slashes, `all` does not; `enter` begins any number of directories, the `inside` behind it goes on until a slash. */
type Part = Token | { readonly type: 'star' | 'all' | 'enter' | 'inside' };

/**
 * A pattern of a .dockerignore. `**` in front of more stands for any number of whole directories, at the end for all there is;
 * in front of plain text it is anything at all, as in Docker. Matching takes time in proportion to the lengths multiplied at most.
 */
export class PathPattern {
  readonly #parts: readonly Part[];
  /** The whole pattern when nothing in it is special. */
  readonly #plain: string | undefined;
  /** Which parts may match the next character; the one behind the last: the pattern is at its end. */
  #now: Uint8Array;
  #next: Uint8Array;

  /** Throws InvalidArgument `syntax error in pattern`. */
  constructor(cleaned: string) {
    checkPattern(cleaned);
    this.#plain = /[*?[\]\\]/.test(cleaned) ? undefined : cleaned;
    this.#parts = partsOf(cleaned);
    this.#now = new Uint8Array(this.#parts.length + 1);
    this.#next = new Uint8Array(this.#parts.length + 1);
  }

  /** Whether the path or a directory above it matches. */
  matchesPathOrParent(path: string): boolean {
    if (this.#plain !== undefined) return path === this.#plain || path.startsWith(`${this.#plain}/`);
    return this.#walk(path, true) && this.#now[this.#parts.length] === 1;
  }

  /** Whether some path below the directory might match. */
  mayMatchBelow(directory: string): boolean {
    if (this.#plain !== undefined) return this.#plain.startsWith(`${directory}/`);
    return this.#walk(`${directory}/`, false) && this.#now.subarray(0, -1).includes(1);
  }

  /** Reads the text, to the first slash where the pattern is at its end if asked to; false when nothing can match any more. */
  #walk(text: string, stopAtParent: boolean): boolean {
    const end = this.#parts.length;
    this.#now.fill(0);
    this.#enter(this.#now, 0);
    for (const char of text) {
      if (stopAtParent && char === '/' && this.#now[end] === 1) return true;
      this.#next.fill(0);
      let isAlive = false;
      for (let at = 0; at < end; at++) {
        if (this.#now[at] === 1 && this.#step(this.#parts[at] as Part, at, char)) isAlive = true;
      }
      [this.#now, this.#next] = [this.#next, this.#now];
      if (!isAlive) return false;
    }
    return true;
  }

  #step(part: Part, at: number, char: string): boolean {
    switch (part.type) {
      case 'enter':
        return false;
      case 'star':
        if (char !== '/') this.#enter(this.#next, at);
        return char !== '/';
      case 'all':
        this.#enter(this.#next, at);
        return true;
      case 'inside':
        this.#next[at] = 1;
        if (char === '/') this.#enter(this.#next, at + 1);
        return true;
      default:
        if (!matchesOne(part, char)) return false;
        this.#enter(this.#next, at + 1);
        return true;
    }
  }

  /** Marks a part, and those behind it as far as it can stand for nothing. */
  #enter(marks: Uint8Array, from: number): void {
    for (let at = from; marks[at] !== 1; at++) {
      marks[at] = 1;
      const type = this.#parts[at]?.type;
      if (type === 'enter') {
        marks[++at] = 1;
      } else if (type !== 'star' && type !== 'all') {
        return;
      }
    }
  }
}

function partsOf(pattern: string): Part[] {
  const chars = Array.from(pattern);
  const parts: Part[] = [];
  for (let at = 0; at < chars.length; ) {
    const char = chars[at++] as string;
    if (char === '*' && chars[at] === '*') {
      at++;
      const isBeforeText = chars[at] !== '/' && parts.length === 0 && !/[*?[\\]/.test(chars.slice(at).join(''));
      if (chars[at] === '/') at++;
      if (at >= chars.length || isBeforeText) parts.push({ type: 'all' });
      else parts.push({ type: 'enter' }, { type: 'inside' });
    } else if (char === '*') {
      parts.push({ type: 'star' });
    } else if (char === '?') {
      parts.push({ type: 'any' });
    } else if (char === '[') {
      const [found, behind] = classAt(pattern, chars, at);
      parts.push(found);
      at = behind;
    } else {
      // checkPattern has seen to it that something follows a backslash.
      parts.push({ type: 'char', char: char === '\\' ? (chars[at++] as string) : char });
    }
  }
  return parts;
}
