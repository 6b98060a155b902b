import { EngineError, messageOf } from '../../../base/errors.ts';
import type { LogQuery } from './log-views.ts';

/** Decides whether lines match, first roughly on the bytes of the file and then exactly on what is decoded. */
export interface Matcher {
  /** Every line of the monitor's form that matches has a hit of it in its bytes, read as one character each, or an escape; null: any line may match. */
  readonly rough: RegExp | null;
  /** A hit of `rough` in text without escapes is a match. */
  readonly isRoughExact: boolean;
  /** Bytes of the longest hit of `rough`. */
  readonly longest: number;
  /** Whether a text without control characters matches; null: every one does. */
  readonly test: ((text: string) => boolean) | null;
}

/** Shorter ones are in nearly every line. */
const SHORTEST = 2;

/** @throws InvalidArgument with the reason for a pattern that is none. */
export function matcherOf({ text, isRegex, isCaseSensitive }: LogQuery): Matcher {
  if (text === '') return { rough: null, isRoughExact: false, longest: 0, test: null };
  if (!isRegex) {
    const needle = isCaseSensitive ? text : text.toLowerCase();
    const test = isCaseSensitive ? (line: string): boolean => line.includes(needle) : (line: string): boolean => line.toLowerCase().includes(needle);
    return { ...roughly(text, isCaseSensitive), isRoughExact: true, test };
  }
  let pattern: RegExp;
  try {
    pattern = new RegExp(text, isCaseSensitive ? '' : 'i');
  } catch (error) {
    throw new EngineError('InvalidArgument', `query: ${messageOf(error)}`);
  }
  const literal = requiredLiteral(text);
  const rough = literal.length < SHORTEST ? { rough: null, longest: 0 } : roughly(literal, isCaseSensitive);
  return { ...rough, isRoughExact: false, test: (line) => pattern.test(line) };
}

/** How the bytes of a text may look in a log, as a pattern, and how many they are at most. */
function roughly(text: string, isCaseSensitive: boolean): Pick<Matcher, 'rough' | 'longest'> {
  let longest = 0;
  const source = Array.from(text, (character) => {
    const forms = (isCaseSensitive ? [character] : casesOf(character)).flatMap(formsOf);
    longest += Math.max(...forms.map(({ length }) => length));
    const [first] = forms;
    if (forms.length === 1 && first !== undefined) return first.source;
    return `(?:${forms.map((form) => form.source).join('|')})`;
  }).join('');
  // The group keeps V8 from looking for each first letter of a mere text, which is several times slower than skipping by its length.
  return { rough: new RegExp(`(?:${source})`, 'g'), longest };
}

/** Those that are the same in lower case, as `ß` and `SS` are not. */
function casesOf(character: string): string[] {
  const low = character.toLowerCase();
  return [...new Set([character, low, character.toUpperCase()])].filter((one) => one.toLowerCase() === low);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '"': '"', '\\': '\\\\', '/': '/', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't' };

/** A character as it may be written in JSON: the source of a pattern over single bytes, and how many bytes that is. */
interface Form {
  readonly source: string;
  readonly length: number;
}

function formsOf(character: string): Form[] {
  const code = character.codePointAt(0) ?? 0;
  const bytes = Buffer.from(character).toString('latin1');
  const plain = { source: bytes.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), length: bytes.length };
  const escape = { source: `\\\\u${code.toString(16).padStart(4, '0')}`, length: 6 };
  const short = SHORT_ESCAPES[character];
  const shorts = short === undefined ? [] : [{ source: `\\\\${short}`, length: 2 }];
  if (character === '"' || character === '\\' || code < 0x20) return [...shorts, escape];
  if (character === '/') return [plain, ...shorts];
  return '<>&\u2028\u2029'.includes(character) ? [plain, escape] : [plain];
}

/** The longest text that every match of the pattern contains; empty when that is not plain to see. */
export function requiredLiteral(source: string): string {
  let best = '';
  let run = '';
  let depth = 0;
  const close = (): void => {
    if (depth === 0 && run.length > best.length) best = run;
    run = '';
  };
  for (let at = 0; at < source.length; at++) {
    const character = source[at] ?? '';
    const next = source[at + 1] ?? '';
    if (character === '|') return '';
    if (character === '(' || character === ')') {
      close();
      depth += character === '(' ? 1 : -1;
    } else if (character === '[') {
      close();
      for (at++; at < source.length && source[at] !== ']'; at++) if (source[at] === '\\') at++;
    } else if (character === '*' || character === '?' || character === '{') {
      run = run.slice(0, -1);
      close();
      if (character === '{') while (at < source.length && source[at] !== '}') at++;
    } else if (character === '\\' && /[^a-zA-Z0-9]/.test(next)) {
      run += next;
      at++;
    } else if (character === '\\') {
      close();
      // What follows belongs to the escape: \x41, \u0041, \cA, \k<name>. The rest is not needed.
      if (/[xuckpP0-9]/.test(next)) return best;
      at++;
    } else if ('.^$+'.includes(character)) close();
    else if (/[\x20-\x7e]/.test(character)) run += character;
    else close();
  }
  close();
  return best;
}
