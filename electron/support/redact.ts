import type { Redaction, RedactionKind } from '../ipc/contract/support.ts';

export interface Redacted {
  readonly text: string;
  readonly redactions: readonly Redaction[];
}

interface Rule {
  readonly kind: RedactionKind;
  /** Its group `secret` is left out, what is around it stays. Linear: no repetition inside a repetition. */
  readonly pattern: RegExp;
}

/** Names whose values are nobody else's, whatever form they are written in. */
const SECRET_NAME = '[\\w.-]{0,128}?(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|auth(?![a-z]))[\\w.-]{0,64}';
/** Only where a name begins, so that a long one is looked at once. */
const BEGIN = '(?<![\\w.-])';

const RULES: readonly Rule[] = [
  { kind: 'key', pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?<secret>[^-]{0,20000})/dg },
  // Headers, also inside of JSON: to the end of the line or of the string.
  {
    kind: 'header',
    pattern:
      /\b(?:(?:proxy-)?authorization|x-registry-(?:auth|config)|(?:set-)?cookie|x-api-key)\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?(?<secret>[^"'\\\r\n]{1,8192})/dgi,
  },
  { kind: 'token', pattern: /\b(?:bearer|basic)\s{1,4}(?<secret>[\w.~+/=-]{6,8192})/dgi },
  { kind: 'token', pattern: /\b(?<secret>eyJ[\w-]{8,4096}\.[\w-]{4,8192}\.[\w-]{0,4096})/dg },
  { kind: 'token', pattern: /\b(?<secret>(?:gh[pousr]_|github_pat_|glpat-|dckr_pat_|xox[abprs]-|sk-|npm_|AKIA|ASIA|AIza)[\w-]{12,512})/dg },
  // Everything before the last @ of an address: passwords may hold @ and slashes come after it only.
  { kind: 'credentials', pattern: /\b[a-z][a-z0-9+.-]{0,20}:\/\/(?<secret>[^\s"'<>/?#]{1,1024})@/dgi },
  { kind: 'env', pattern: new RegExp(`"${SECRET_NAME}"\\s{0,4}:\\s{0,4}"(?<secret>(?:[^"\\\\\\r\\n]|\\\\.){1,8192})`, 'dgi') },
  // JSON as a string of JSON.
  { kind: 'env', pattern: new RegExp(`"${SECRET_NAME}\\\\"\\s{0,4}:\\s{0,4}\\\\"(?<secret>[^"\\\\\\r\\n]{1,8192})`, 'dgi') },
  { kind: 'env', pattern: new RegExp(`${BEGIN}--?${SECRET_NAME}[ =](?<secret>[^\\s"']{1,4096})`, 'dgi') },
  { kind: 'env', pattern: new RegExp(`${BEGIN}${SECRET_NAME}\\s{0,2}[:=]\\s{0,2}(?<secret>[^\\s"',;]{1,4096})`, 'dgi') },
  // Variables as shells and Docker write them: any value may be a secret.
  { kind: 'env', pattern: /(?<![\w/])[A-Z][A-Z0-9_]{2,63}=(?<secret>"[^"\r\n]{1,4096}"|'[^'\r\n]{1,4096}'|[^\s"',;\]}]{1,4096})/dg },
];

/** What stands where something was left out. */
const placeholder = (kind: RedactionKind): string => `[redacted ${kind}]`;

/**
 * A text without what is nobody else's: values of variables, tokens, headers, credentials in addresses, private keys, and names of home folders.
 * `home`: folders whose names say who the user is. Doing it again changes nothing. In time linear in the text.
 */
export function redact(text: string, home: readonly string[] = []): Redacted {
  const found: Redaction[] = [];
  for (const { kind, pattern } of RULES) {
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0];
      if (end > start && !text.startsWith('[redacted', start)) found.push({ start, end, kind });
    }
  }
  for (const folder of home.filter((one) => one.length > 1)) {
    for (let at = text.indexOf(folder); at >= 0; at = text.indexOf(folder, at + folder.length)) {
      if (!/[\w-]/.test(text[at + folder.length] ?? '')) found.push({ start: at, end: at + folder.length, kind: 'home' });
    }
  }
  for (const match of text.matchAll(/(?:\/home|\/Users|\\Users|\\\\Users)[/\\]{1,2}(?<secret>[^\s/\\"':,;]{1,255})/dg)) {
    const [start, end] = match.indices?.groups?.['secret'] ?? [0, 0];
    if (!text.startsWith('[redacted', start)) found.push({ start, end, kind: 'home' });
  }
  return replaced(text, found);
}

/** Overlapping finds are one, of the first one's kind. */
function replaced(text: string, found: readonly Redaction[]): Redacted {
  const parts: string[] = [];
  const redactions: Redaction[] = [];
  let done = 0;
  let length = 0;
  const add = (part: string) => {
    parts.push(part);
    length += part.length;
  };
  const merged: { start: number; end: number; kind: RedactionKind }[] = [];
  for (const { start, end, kind } of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end, kind });
  }
  for (const { start, end, kind } of merged) {
    add(text.slice(done, start));
    const from = length;
    add(placeholder(kind));
    redactions.push({ start: from, end: length, kind });
    done = end;
  }
  add(text.slice(done));
  return { text: parts.join(''), redactions };
}
