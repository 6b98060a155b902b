/** Longest name of a file on the systems that people have, in bytes. */
const MAX_BYTES = 255;
/** What no file system takes in a name, and marks that turn the reading direction around, by which `exe.txt` can be made of `txt.exe`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f"*/:<>?\\|\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/** A name of one file, in one folder, whoever chose it. */
export function fileName(name: string): string {
  const clean = name.toWellFormed().replace(UNSAFE, '_').trim();
  if (clean === '' || clean === '.' || clean === '..') return 'download';
  return shortened(clean);
}

/** RFC 6266: the name in characters of every client, and as it is, by RFC 8187. `name` of `fileName`. */
export function contentDisposition(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]/gu, '_').replace(/[%"\\]/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeExtended(name)}`;
}

/** attr-char of RFC 8187; encodeURIComponent leaves `'()*` which are none. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Keeps what comes after the last dot, where it says what the file is. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_BYTES) return name;
  const end = /\.[^.]{1,16}$/u.exec(name)?.[0] ?? '';
  let stem = '';
  let left = MAX_BYTES - Buffer.byteLength(end);
  for (const character of name) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    stem += character;
  }
  return stem + end;
}
