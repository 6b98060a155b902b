import { isAscii, isUtf8 } from 'node:buffer';
import { EngineError } from '../../base/errors.ts';
import { BLOCK, type EntryType, type TarEntry } from './entry.ts';

/** An entry to be written. Names are bytes, as file systems have them; those of directories get their slash here. */
export interface NewEntry extends Omit<TarEntry, 'name' | 'linkName'> {
  readonly name: Uint8Array;
  readonly linkName: Uint8Array;
}

const TYPE_FLAGS: Readonly<Record<EntryType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
};

const NAME_BYTES = 100;
const MAX_ID = 0o7777777;
const MAX_SIZE = 0o77777777777;
const XATTR = 'SCHILY.xattr.';
const NOTHING = Buffer.alloc(0);
const USTAR = Buffer.from('ustar\u000000', 'latin1');
const NEWLINE = Buffer.from('\n');
const ZERO = 0x30;
const SPACE = 0x20;
/** What of a header is ever written; zeros follow. */
const USED_BYTES = 345;
const ZEROS = Buffer.alloc(2 * BLOCK);

/** Two blocks of zeros. */
export const END_OF_ARCHIVE: Uint8Array = ZEROS;

/** What follows `size` bytes of content. */
export function paddingAfter(size: number): Uint8Array {
  return ZEROS.subarray(0, (BLOCK - (size % BLOCK)) % BLOCK);
}

/**
 * The blocks before an entry's content: a ustar header, preceded by PAX records for what does not fit into it (POSIX pax).
 * The same entry always gives the same bytes. Attribute values are written as they are: file capabilities are binary.
 * Names that are not UTF-8 cannot be PAX records; long ones of them become GNU's long names.
 */
export function encodeEntry(entry: NewEntry): Buffer {
  const name = entry.type === 'directory' && entry.name.at(-1) !== 0x2f ? Buffer.concat([entry.name, Buffer.from('/')]) : entry.name;
  const { linkName, type, uid, gid, mtime, mtimeNano } = entry;
  const size = type === 'file' ? entry.size : 0;
  const records: Buffer[] = [];
  const parts: Extension[] = [];
  for (const [key, gnuType, text] of [
    ['path', 'L', name],
    ['linkpath', 'K', linkName],
  ] as const) {
    if (isUtf8(text)) {
      if (text.length > NAME_BYTES || !isAscii(text)) records.push(record(key, text));
    } else if (text.length > NAME_BYTES) parts.push({ typeflag: gnuType, name: '././@LongLink', content: Buffer.concat([text, Buffer.from([0])]) });
  }
  const isTimeOctal = mtimeNano === 0 && mtime >= 0 && mtime <= MAX_SIZE;
  if (size > MAX_SIZE) records.push(record('size', Buffer.from(String(size))));
  if (uid > MAX_ID) records.push(record('uid', Buffer.from(String(uid))));
  if (gid > MAX_ID) records.push(record('gid', Buffer.from(String(gid))));
  if (!isTimeOctal) records.push(record('mtime', Buffer.from(timeText(mtime, mtimeNano))));
  for (const [key, value] of [...(entry.xattrs ?? [])].sort(([left], [right]) => (left < right ? -1 : 1))) {
    // The equals sign ends a key; no attribute that is kept has one.
    if (!key.includes('=')) records.push(record(XATTR + key, value));
  }
  if (records.length > 0) parts.push({ typeflag: 'x', name: 'PaxHeaders/x', content: records.length === 1 ? (records[0] as Buffer) : Buffer.concat(records) });
  const block = Buffer.allocUnsafe(BLOCK + parts.reduce((sum, { content }) => sum + extensionBytes(content), 0));
  let at = 0;
  for (const part of parts) at = putExtension(block, at, part);
  putHeader(block, at, {
    name,
    linkName,
    typeflag: TYPE_FLAGS[type],
    mode: entry.mode,
    uid: uid > MAX_ID ? 0 : uid,
    gid: gid > MAX_ID ? 0 : gid,
    size: size > MAX_SIZE ? 0 : size,
    mtime: isTimeOctal || (mtime >= 0 && mtime <= MAX_SIZE) ? mtime : 0,
    major: entry.major,
    minor: entry.minor,
  });
  return block;
}

interface HeaderFields {
  readonly name: Uint8Array;
  readonly linkName: Uint8Array;
  readonly typeflag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
}

/** Fills the block at `start`. Written for archives of many small files, which are headers for the most part. */
function putHeader(target: Buffer, start: number, fields: HeaderFields): void {
  const block = target.subarray(start, start + BLOCK).fill(0);
  block.set(fields.name.subarray(0, NAME_BYTES), 0);
  octal(block, 100, 8, fields.mode & 0o7777);
  octal(block, 108, 8, fields.uid);
  octal(block, 116, 8, fields.gid);
  octal(block, 124, 12, fields.size);
  octal(block, 136, 12, fields.mtime);
  block[156] = fields.typeflag.charCodeAt(0);
  block.set(fields.linkName.subarray(0, NAME_BYTES), 157);
  block.set(USTAR, 257);
  octal(block, 329, 8, fields.major);
  octal(block, 337, 8, fields.minor);
  let sum = 8 * SPACE;
  for (let at = 0; at < USED_BYTES; at++) sum += block[at] as number;
  octal(block, 148, 7, sum);
  block[155] = SPACE;
}

/** Digits to the width of the field less its final NUL. */
function octal(block: Buffer, start: number, length: number, value: number): void {
  let rest = value;
  for (let at = start + length - 2; at >= start; at--) {
    block[at] = ZERO + (rest % 8);
    rest = Math.floor(rest / 8);
  }
  if (rest > 0) throw new EngineError('Internal', `${value} does not fit into a tar header`);
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function record(key: string, value: Uint8Array): Buffer {
  const rest = Buffer.byteLength(key) + value.length + 3;
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, NEWLINE]);
}

/** A member that says something of the next one. */
interface Extension {
  readonly typeflag: 'x' | 'L' | 'K';
  readonly name: string;
  readonly content: Buffer;
}

const extensionBytes = (content: Buffer): number => BLOCK + content.length + paddingAfter(content.length).length;

/** Where it ends. */
function putExtension(target: Buffer, start: number, { typeflag, name, content }: Extension): number {
  const end = start + extensionBytes(content);
  putHeader(target, start, {
    ...{ name: Buffer.from(name), linkName: NOTHING, typeflag, mode: 0o644, uid: 0, gid: 0 },
    ...{ size: content.length, mtime: 0, major: 0, minor: 0 },
  });
  target.set(content, start + BLOCK);
  target.fill(0, start + BLOCK + content.length, end);
  return end;
}

/** Whole seconds rounded down and nanoseconds beyond them as one decimal number. */
function timeText(seconds: number, nano: number): string {
  const total = BigInt(seconds) * 1_000_000_000n + BigInt(nano);
  const size = total < 0n ? -total : total;
  const fraction = String(size % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${total < 0n ? '-' : ''}${size / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}`;
}
