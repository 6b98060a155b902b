import { textOfBytes } from '../../base/byte-text.ts';
import { EngineError } from '../../base/errors.ts';

export type EntryType = 'file' | 'hardlink' | 'symlink' | 'character-device' | 'block-device' | 'directory' | 'fifo';

/** One member of a tar, after PAX and GNU extensions have been applied. */
export interface TarEntry {
  /** Of any bytes, as `textOfBytes` has them. */
  readonly name: string;
  readonly type: EntryType;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content, holes among them; 0 for all but files. */
  readonly size: number;
  /** The archive leaves holes out: a reader tells of them. */
  readonly isSparse?: true;
  /** Seconds since the epoch. */
  readonly mtime: number;
  /** Nanoseconds beyond `mtime`. */
  readonly mtimeNano: number;
  /** Target of a symlink or a hard link, else empty. */
  readonly linkName: string;
  readonly major: number;
  readonly minor: number;
  readonly xattrs: ReadonlyMap<string, Uint8Array> | undefined;
}

/** A header block as it stands, before extensions. */
export interface RawHeader {
  name: string;
  typeflag: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
  linkName: string;
  major: number;
  minor: number;
}

export const BLOCK = 512;

const WRONG_CHECKSUM = 'a header has a wrong checksum';

/** Decodes one block (POSIX ustar and pax, GNU, v7). Undefined for a block of zeros; throws InvalidArgument when it is no header. */
export function decodeHeader(block: Buffer): RawHeader | undefined {
  let sum = 8 * 32;
  for (let index = 0; index < 148; index++) sum += block[index] as number;
  for (let index = 156; index < BLOCK; index++) sum += block[index] as number;
  if (sum === 8 * 32 && block[0] === 0) return undefined;
  if (sum !== tarNumber(block, 148, 8, 'checksum')) throw invalidTar(WRONG_CHECKSUM);
  const ustar = block.toString('latin1', 257, 263);
  const prefix = ustar === 'ustar\0' && block[345] !== 0 ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  const isDevice = block[156] === 0x33 || block[156] === 0x34;
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    typeflag: block[156] === 0 ? '0' : String.fromCharCode(block[156] as number),
    mode: tarNumber(block, 100, 8, 'mode') & 0o7777,
    uid: tarNumber(block, 108, 8, 'uid'),
    gid: tarNumber(block, 116, 8, 'gid'),
    size: tarNumber(block, 124, 12, 'size'),
    mtime: tarNumber(block, 136, 12, 'mtime'),
    linkName: block[157] === 0 ? '' : text(block, 157, 100),
    // Other writers leave bytes of their own in the device fields of what is no device.
    major: isDevice ? tarNumber(block, 329, 8, 'devmajor') : 0,
    minor: isDevice ? tarNumber(block, 337, 8, 'devminor') : 0,
  };
}

const TYPES: Readonly<Record<string, EntryType>> = {
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
  S: 'file',
};

/** Throws InvalidArgument for types that have no meaning in an image (multi-volume and others). */
export function typeOf(typeflag: string, name: string): EntryType {
  const type = TYPES[typeflag];
  if (type === undefined) throw invalidTar(`entry ${JSON.stringify(name.slice(0, 200))} has the unsupported type ${JSON.stringify(typeflag)}`);
  // Archives from before POSIX mark a directory by a slash.
  return type === 'file' && name.endsWith('/') ? 'directory' : type;
}

export function invalidTar(why: string): EngineError {
  return new EngineError('InvalidArgument', `invalid tar: ${why}`);
}

function text(block: Buffer, start: number, length: number): string {
  let end = start;
  let ascii = true;
  for (; end < start + length; end++) {
    const byte = block[end] as number;
    if (byte === 0) break;
    if (byte > 127) ascii = false;
  }
  return ascii ? block.toString('latin1', start, end) : textOfBytes(block.subarray(start, end));
}

/** Octal digits among spaces and NULs, or GNU's base 256 when the first bit is set. */
export function tarNumber(block: Buffer, start: number, length: number, field: string): number {
  const first = block[start] as number;
  if (first & 0x80) return base256(block, start, length, field);
  let index = start;
  const end = start + length;
  while (index < end && (block[index] === 0x20 || block[index] === 0)) index++;
  let value = 0;
  for (; index < end; index++) {
    const byte = block[index] as number;
    if (byte === 0x20 || byte === 0) break;
    if (byte < 0x30 || byte > 0x37) throw invalidTar(field === 'checksum' ? WRONG_CHECKSUM : `the field ${field} of a header is not a number`);
    value = value * 8 + (byte - 0x30);
  }
  return value;
}

/** Two's complement in big-endian bytes; the topmost bit is only the marker. */
function base256(block: Buffer, start: number, length: number, field: string): number {
  const bytes = BigInt(`0x${block.toString('hex', start, start + length)}`);
  const value = Number(BigInt.asIntN(8 * length - 1, bytes));
  if (!Number.isSafeInteger(value) || (value < 0 && field !== 'mtime')) throw invalidTar(`the field ${field} of a header is out of range`);
  return value;
}
