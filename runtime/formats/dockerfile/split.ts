/** A part of an instruction's text, and where it begins in it. */
export interface Word {
  readonly text: string;
  readonly at: number;
}

/** Splits at white space outside of quotes, which stay: `a="b c" d` is `a="b c"` and `d`. A quote that never ends goes to the end. */
export function splitQuoted(text: string, escape: string): Word[] {
  const words: Word[] = [];
  let start = -1;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (quote === '' && /\s/.test(char)) {
      if (start >= 0) words.push({ text: text.slice(start, at), at: start });
      start = -1;
      continue;
    }
    if (start < 0) start = at;
    if (char === escape && quote !== "'") at++;
    else if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
  }
  if (start >= 0) words.push({ text: text.slice(start), at: start });
  return words;
}

/** Splits at white space, whatever is quoted. */
export function splitPlain(text: string): Word[] {
  return Array.from(text.matchAll(/\S+/g), (match) => ({ text: match[0], at: match.index }));
}

/** The `--name=value` words at the front, without their quotes, and where the rest begins; `--` alone ends them. */
export function splitFlags(text: string): { readonly flags: readonly Word[]; readonly restAt: number } {
  const flags: Word[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (!text.startsWith('--', at)) return { flags, restAt: at };
    const flag = readFlag(text, at);
    at = flag.end;
    if (flag.text === '--') return { flags, restAt: at };
    flags.push({ text: flag.text, at: flag.at });
  }
}

function readFlag(text: string, start: number): Word & { readonly end: number } {
  let word = '';
  let quote = '';
  let at = start;
  for (; at < text.length; at++) {
    const char = text[at] as string;
    if (quote === '' && /\s/.test(char)) break;
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    // Flags take a backslash whatever the file's escape character is.
    else word += char === '\\' && at + 1 < text.length ? text[++at] : char;
  }
  return { text: word, at: start, end: at };
}

/** The strings of a JSON array; undefined when the text is none, `'mixed'` when it has other things than strings. */
export function jsonStrings(text: string): string[] | 'mixed' | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return value.every((word) => typeof word === 'string') ? value : 'mixed';
}
