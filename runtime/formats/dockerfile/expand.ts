import { EngineError } from '../../base/errors.ts';
import { replaced, withoutPrefix, withoutSuffix } from './shell-pattern.ts';

export interface Expansion {
  /** The value of a variable, or undefined when it is not set. */
  readonly lookup: (name: string) => string | undefined;
  /** The Dockerfile's escape character; a backslash when absent. */
  readonly escape?: string;
  /** Told of each variable that is used unset where nothing says what to do then (`${a:-b}` says it). */
  readonly onUndefined?: (name: string) => void;
}

/** What is taken away from a word and what stays. */
interface Mode {
  /** Quotes are characters like any other. */
  readonly ignoreQuotes?: boolean;
  /** `$` is. */
  readonly ignoreVariables?: boolean;
}

const MAX_DEPTH = 50;
const MAX_RESULT = 4 * 1024 * 1024;
const SPECIAL = '@*#?-$!0';

/**
 * One word with variables put in and quotes and escapes taken away, by the rules of Dockerfiles: `$a`, `${a}`, `${a:-b}`, `${a-b}`,
 * `${a:+b}`, `${a+b}`, `${a:?b}`, `${a?b}`, `${a#p}`, `${a##p}`, `${a%p}`, `${a%%p}`, `${a/p/b}`, `${a//p/b}`. White space stays.
 * Throws InvalidArgument in BuildKit's words.
 */
export function expandWord(word: string, expansion: Expansion): string {
  return read(word, expansion, {}).text;
}

/** The words of a text after expansion: it is split at white space outside of quotes, that of variables' values as well. */
export function expandWords(text: string, expansion: Expansion): string[] {
  return read(text, expansion, {}).words;
}

/** A here-document's content: variables put in, quotes left alone; a backslash takes the meaning of the next character away and goes. */
export function expandHeredoc(content: string, expansion: Omit<Expansion, 'escape'>): string {
  return read(content, { ...expansion, escape: '\\' }, { ignoreQuotes: true }).text;
}

/** A word without its quotes and escapes; variables stay as they are written. */
export function unquoted(word: string): string {
  return read(word, { lookup: () => undefined }, { ignoreVariables: true }).text;
}

function read(source: string, expansion: Expansion, mode: Mode): { readonly text: string; readonly words: string[] } {
  try {
    const reader = new WordReader(source, expansion, mode);
    return reader.until(undefined, false);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError('InvalidArgument', `failed to process ${JSON.stringify(shortened(source))}: ${error.message}`, { details: error.details });
  }
}

class WordReader {
  readonly #source: string;
  readonly #expansion: Expansion;
  readonly #mode: Mode;
  readonly #escape: string;
  #at = 0;
  #depth = 0;
  #keepEscapes = false;

  constructor(source: string, expansion: Expansion, mode: Mode) {
    this.#source = source;
    this.#expansion = expansion;
    this.#mode = mode;
    this.#escape = expansion.escape ?? '\\';
  }

  /** Reads to `stop` and over it, or to the end. */
  until(stop: string | undefined, keepEscapes: boolean): { readonly text: string; readonly words: string[] } {
    if (++this.#depth > MAX_DEPTH) throw problem(`substitutions nested more than ${MAX_DEPTH} times`);
    const outer = this.#keepEscapes;
    this.#keepEscapes ||= keepEscapes;
    const words = new Words();
    for (let char = this.#peek(); char !== undefined; char = this.#peek()) {
      if (char === stop) {
        this.#at++;
        this.#depth--;
        this.#keepEscapes = outer;
        return words.finish();
      }
      if (char === '$' && this.#mode.ignoreVariables !== true) words.addSplit(this.#variable());
      else if (char === "'" && this.#mode.ignoreQuotes !== true) words.addWhole(this.#singleQuoted());
      else if (char === '"' && this.#mode.ignoreQuotes !== true) words.addWhole(this.#doubleQuoted());
      else if (char === this.#escape) {
        this.#at++;
        const escaped = this.#next();
        words.addWhole((this.#keepEscapes ? char : '') + (escaped ?? ''));
      } else {
        this.#at++;
        words.addSplit(char);
      }
    }
    if (stop !== undefined) throw problem(stop === '}' ? "syntax error: missing '}'" : `syntax error: missing '${stop}' in \${}`);
    this.#depth--;
    return words.finish();
  }

  #peek(): string | undefined {
    return this.#source[this.#at];
  }

  #next(): string | undefined {
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) return undefined;
    const char = String.fromCodePoint(code);
    this.#at += char.length;
    return char;
  }

  #singleQuoted(): string {
    const end = this.#source.indexOf("'", this.#at + 1);
    if (end < 0) throw problem('unexpected end of statement while looking for matching single-quote');
    const inside = this.#source.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inside;
  }

  #doubleQuoted(): string {
    const parts: string[] = [];
    this.#at++;
    for (let char = this.#peek(); char !== '"'; char = this.#peek()) {
      if (char === undefined) throw problem('unexpected end of statement while looking for matching double-quote');
      if (char === '$' && this.#mode.ignoreVariables !== true) {
        parts.push(this.#variable());
        continue;
      }
      this.#at++;
      if (char !== this.#escape) {
        parts.push(char);
        continue;
      }
      // Between double quotes the escape only takes the meaning of what has one there, else it stays.
      const next = this.#peek();
      if (next === undefined) continue;
      const isSpecial = next === '"' || next === '$' || next === this.#escape;
      if (isSpecial) this.#at++;
      parts.push(this.#keepEscapes || !isSpecial ? char : '', isSpecial ? next : '');
    }
    this.#at++;
    return parts.join('');
  }

  #variable(): string {
    this.#at++;
    if (this.#peek() === '{') return this.#braced();
    const name = this.#name();
    if (name === '') return '$';
    return this.#valueOf(name) ?? '';
  }

  #braced(): string {
    this.#at++;
    const first = this.#peek();
    if (first === undefined) throw problem("syntax error: missing '}'");
    if ('{}:'.includes(first)) throw problem('syntax error: bad substitution');
    const name = this.#name();
    const operator = this.#next();
    switch (operator) {
      case '}':
        return this.#valueOf(name) ?? '';
      case '+':
      case '-':
      case '?':
        return this.#conditional(name, operator, false);
      case ':': {
        const second = this.#next() ?? '';
        if (second !== '+' && second !== '-' && second !== '?') throw problem(`unsupported modifier (:${second}) in substitution`);
        return this.#conditional(name, second, true);
      }
      case '#':
      case '%':
        return this.#trimmed(name, operator);
      case '/':
        return this.#replaced(name);
      case undefined:
        throw problem("syntax error: missing '}'");
      default:
        throw problem(`unsupported modifier (${operator}) in substitution`);
    }
  }

  #conditional(name: string, operator: '+' | '-' | '?', isEmptyUnset: boolean): string {
    const word = this.until('}', false).text;
    const value = this.#expansion.lookup(name);
    const isMissing = value === undefined || (isEmptyUnset && value === '');
    if (operator === '+') return isMissing ? '' : word;
    if (!isMissing) return value;
    if (operator === '-') return word;
    throw problem(`${name}: ${word || `is not allowed to be ${value === undefined ? 'unset' : 'empty'}`}`);
  }

  #trimmed(name: string, operator: '#' | '%'): string {
    const written = this.until('}', true).text;
    const value = this.#valueOf(name);
    if (value === undefined) return '';
    const isLongest = written.startsWith(operator);
    const pattern = isLongest ? written.slice(1) : written;
    return (operator === '#' ? withoutPrefix : withoutSuffix)(value, pattern, isLongest ? 'longest' : 'shortest');
  }

  #replaced(name: string): string {
    const isAll = this.#peek() === '/';
    if (isAll) this.#at++;
    const pattern = this.until('/', true).text;
    const replacement = this.until('}', false).text;
    const value = this.#valueOf(name);
    if (value === undefined) return '';
    return replaced(value, pattern, replacement, isAll ? 'all' : 'first');
  }

  /** A name of letters, digits and `_`; a number; or one of the shell's own. */
  #name(): string {
    const first = this.#peek() ?? '';
    if (/^[0-9]$/.test(first)) return this.#take(/[0-9]+/y);
    if (first !== '' && SPECIAL.includes(first)) return this.#next() ?? '';
    return this.#take(/[\p{L}_][\p{L}\p{Nd}_]*/uy);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #valueOf(name: string): string | undefined {
    const value = this.#expansion.lookup(name);
    if (value === undefined) this.#expansion.onUndefined?.(name);
    return value;
  }
}

/** The text read so far, and the words in it. */
class Words {
  readonly #parts: string[] = [];
  readonly #words: string[] = [];
  #word = '';
  #length = 0;

  /** Text whose white space does not separate words. */
  addWhole(text: string): void {
    this.#keep(text);
    this.#word += text;
  }

  addSplit(text: string): void {
    this.#keep(text);
    if (text.length === 1 && !/\s/.test(text)) {
      this.#word += text;
      return;
    }
    const [first = '', ...others] = text.split(/\s+/);
    this.#word += first;
    for (const other of others) {
      this.#endWord();
      this.#word = other;
    }
  }

  finish(): { readonly text: string; readonly words: string[] } {
    this.#endWord();
    return { text: this.#parts.join(''), words: this.#words };
  }

  #endWord(): void {
    if (this.#word !== '') this.#words.push(this.#word);
    this.#word = '';
  }

  #keep(text: string): void {
    this.#length += text.length;
    if (this.#length > MAX_RESULT) throw problem(`the result is longer than ${MAX_RESULT} characters`);
    this.#parts.push(text);
  }
}

function problem(message: string): EngineError {
  return new EngineError('InvalidArgument', message);
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
