const BACKSLASH = 0x5c;
const SIMPLE: Readonly<Record<number, number>> = { 0x22: 0x22, 0x5c: 0x5c, 0x2f: 0x2f, 0x62: 8, 0x66: 12, 0x6e: 10, 0x72: 13, 0x74: 9 };
const LETTER_U = 0x75;
const REPLACEMENT = 0xfffd;

/**
 * Decodes the JSON string content in `bytes` from `start` to `end` where it lies: no escape is shorter than what it
 * stands for. Returns the new end, or -1 when an escape is malformed.
 */
export function unescapeInPlace(bytes: Buffer, start: number, end: number): number {
  let read = bytes.indexOf(BACKSLASH, start);
  if (read < 0 || read >= end) return end;
  let write = read;
  while (read < end) {
    const byte = bytes[read] as number;
    if (byte !== BACKSLASH) {
      bytes[write++] = byte;
      read++;
      continue;
    }
    const kind = bytes[read + 1] as number;
    if (read + 1 >= end) return -1;
    const simple = SIMPLE[kind];
    if (simple !== undefined) {
      bytes[write++] = simple;
      read += 2;
    } else if (kind === LETTER_U) {
      let code = hex4(bytes, read + 2, end);
      if (code < 0) return -1;
      read += 6;
      if (code >= 0xd800 && code < 0xe000) {
        const low = bytes[read] === BACKSLASH && bytes[read + 1] === LETTER_U ? hex4(bytes, read + 2, end) : -1;
        const isPair = code < 0xdc00 && low >= 0xdc00 && low < 0xe000;
        code = isPair ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : REPLACEMENT;
        if (isPair) read += 6;
      }
      write = putUtf8(bytes, write, code);
    } else return -1;
  }
  return write;
}

function hex4(bytes: Buffer, at: number, end: number): number {
  if (at + 4 > end) return -1;
  let value = 0;
  for (let index = at; index < at + 4; index++) {
    const byte = bytes[index] as number;
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : byte >= 0x61 && byte <= 0x66 ? byte - 87 : byte >= 0x41 && byte <= 0x46 ? byte - 55 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

function putUtf8(bytes: Buffer, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6);
    bytes[at + 1] = 0x80 | (code & 0x3f);
    return at + 2;
  }
  if (code < 0x10000) {
    bytes[at] = 0xe0 | (code >> 12);
    bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f);
    bytes[at + 2] = 0x80 | (code & 0x3f);
    return at + 3;
  }
  bytes[at] = 0xf0 | (code >> 18);
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  bytes[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}
