import { EngineError } from '../../base/errors.ts';

type Lookup = (name: string) => string | undefined;

/** Splits at white space outside of quotes, which stay: `a="b c" d` is `a="b c"` and `d`. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '\\' && quote !== "'" && at + 1 < text.length) {
      word += char + (text[++at] as string);
    } else if (quote === '' && /\s/.test(char)) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      if (char === quote) quote = '';
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      word += char;
    }
  }
  if (quote !== '')
    throw new EngineError('InvalidArgument', `unexpected end of statement while looking for matching ${quote === '"' ? 'double' : 'single'}-quote`);
  if (word !== '') words.push(word);
  return words;
}

/** Takes quotes and backslashes away and puts variables in: `$A`, `${A}`, `${A:-otherwise}`, `${A:+instead}`; not between single quotes. */
export function expandWord(word: string, lookup: Lookup): string {
  let result = '';
  let quote = '';
  for (let at = 0; at < word.length; ) {
    const char = word[at] as string;
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === '\\' && quote !== "'" && at + 1 < word.length) {
      const next = word[++at] as string;
      // Between double quotes a backslash only takes the meaning of what has one there.
      result += quote === '"' && !'"$\\'.includes(next) ? `\\${next}` : next;
    } else if (char === '$' && quote !== "'") {
      const found = variableAt(word.slice(at), lookup);
      result += found.value;
      at += found.length;
      continue;
    } else result += char;
    at++;
  }
  return result;
}

function variableAt(text: string, lookup: Lookup): { readonly value: string; readonly length: number } {
  const plain = /^\$([A-Za-z_][A-Za-z0-9_]*|[0-9])/.exec(text);
  if (plain !== null) return { value: lookup(plain[1] ?? '') ?? '', length: plain[0].length };
  if (!text.startsWith('${')) return { value: '$', length: 1 };
  const braced = /^\$\{([A-Za-z_][A-Za-z0-9_]*)(?::([-+])([^{}]*))?\}/.exec(text);
  if (braced === null) throw new EngineError('InvalidArgument', `unsupported modifier in substitution: ${JSON.stringify(text.slice(0, 60))}`);
  const [whole, name = '', modifier, word = ''] = braced;
  const value = lookup(name) ?? '';
  if (modifier === '-') return { value: value === '' ? expandWord(word, lookup) : value, length: whole.length };
  if (modifier === '+') return { value: value === '' ? '' : expandWord(word, lookup), length: whole.length };
  return { value, length: whole.length };
}

/** `k=v k2="v 2"`, or the old form `k the rest`. Throws InvalidArgument naming the instruction. */
export function keyValues(instruction: string, text: string, lookup: Lookup): [string, string][] {
  const words = splitWords(text);
  const [first = ''] = words;
  if (!first.includes('=')) {
    const rest = text.trim().slice(first.length).trim();
    if (rest === '') throw new EngineError('InvalidArgument', `${instruction} must have two arguments`);
    return [[expandWord(first, lookup), expandWord(rest, lookup)]];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    const key = expandWord(word.slice(0, Math.max(0, equals)), lookup);
    if (equals < 0)
      throw new EngineError('InvalidArgument', `${instruction}: can't find = in ${JSON.stringify(word.slice(0, 100))}. Must be of the form: name=value`);
    if (key === '') throw new EngineError('InvalidArgument', `${instruction} names can not be blank`);
    return [key, expandWord(word.slice(equals + 1), lookup)];
  });
}
