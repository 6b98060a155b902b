import { isUtf8 } from 'node:buffer';

/** A byte that is no part of UTF-8 is this and the byte: half a character, which no text has (as Python's surrogateescape). */
const HALF = 0xdc00;
/** What an escape in a shown name looks like. A systemd unit's `\x2d` is none. */
const ESCAPE = /\\x(?:5c|[89a-f][0-9a-f])/;
const BACKSLASH = '\\x5c';

/** Names of files are bytes. They are kept as text that gives the same bytes back; those that are UTF-8 are the text that they are. */
export function textOfBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    text += length === 0 ? String.fromCharCode(HALF + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length);
    at += length || 1;
  }
  return text;
}

/** Of one character in UTF-8 at `at`; 0 when there is none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

/** The bytes of a text of `textOfBytes`. */
export function bytesOfText(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  return Buffer.concat([...text].map((character) => (isHalf(character) ? Buffer.from([character.charCodeAt(0) - HALF]) : Buffer.from(character))));
}

function isHalf(character: string): boolean {
  const code = character.length === 1 ? character.charCodeAt(0) : 0;
  return code >= HALF + 0x80 && code <= HALF + 0xff;
}

/**
 * A name as it is told to people and programs: bytes that are not UTF-8 become `\x` and two digits, and so does each backslash of such a
 * name and of one that could be taken for such a name. `namedAs` gives it back, whatever it is; a slash stays what it is.
 */
export function shownName(text: string): { readonly name: string; readonly isEscaped: boolean } {
  if (text.isWellFormed() && !ESCAPE.test(text)) return { name: text, isEscaped: false };
  const name = [...text.replaceAll('\\', BACKSLASH)].map((character) =>
    isHalf(character) ? `\\x${(character.charCodeAt(0) - HALF).toString(16)}` : character,
  );
  return { name: name.join(''), isEscaped: true };
}

/** What `shownName` shows so; a path is taken name by name. */
export function namedAs(shown: string): string {
  if (!ESCAPE.test(shown)) return shown;
  return shown.split('/').map(unescaped).join('/');
}

function unescaped(name: string): string {
  if (!ESCAPE.test(name)) return name;
  const parts = name.split(/\\x(5c|[89a-f][0-9a-f])/);
  // Bytes that stand beside each other may make a character.
  return textOfBytes(Buffer.concat(parts.map((part, index) => (index % 2 === 0 ? Buffer.from(part) : Buffer.from(part, 'hex')))));
}

/** `shownName` of each name of a path. */
export function shownPath(path: string): string {
  return path
    .split('/')
    .map((name) => shownName(name).name)
    .join('/');
}
