import { textOfBytes } from '../../base/byte-text.ts';
import { invalidTar } from './entry.ts';

/** PAX records of one header; values stay bytes, as file capabilities and other attributes are binary. */
export type PaxRecords = ReadonlyMap<string, Buffer>;

const SPARSE_NUMBER = /^GNU\.sparse\.(?:offset|numbytes)$/;

/**
 * Parses `<length> <key>=<value>\n` records (POSIX pax, "pax Extended Header"). Of those by one key the last counts, but of GNU tar's first form of
 * sparse files, which are put together as its second has them. Throws InvalidArgument.
 */
export function parsePax(bytes: Buffer): PaxRecords {
  const records = new Map<string, Buffer>();
  const sparse: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    // Some writers pad with NULs.
    if (bytes[at] === 0) break;
    const space = bytes.indexOf(0x20, at);
    const digits = space < 0 || space - at > 10 ? '' : bytes.toString('latin1', at, space);
    const length = /^[0-9]+$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space + 1);
    if (length === 0 || end > bytes.length || bytes[end - 1] !== 0x0a || equals < 0 || equals >= end) throw invalidTar('a PAX header is malformed');
    const key = textOfBytes(bytes.subarray(space + 1, equals));
    const value = bytes.subarray(equals + 1, end - 1);
    if (SPARSE_NUMBER.test(key)) {
      if (key.endsWith('offset') !== (sparse.length % 2 === 0)) throw invalidTar('the map of a sparse file is wrong: offsets and sizes do not alternate');
      sparse.push(value.toString('latin1'));
    } else records.set(key, value);
    at = end;
  }
  if (sparse.length > 0) records.set('GNU.sparse.map', Buffer.from(sparse.join(',')));
  return records;
}

const XATTR = 'SCHILY.xattr.';

/** Extended attributes as GNU tar, Go and bsdtar write them. Undefined when there are none. */
export function xattrsOf(records: PaxRecords): Map<string, Uint8Array> | undefined {
  let found: Map<string, Uint8Array> | undefined;
  for (const [key, value] of records) {
    if (!key.startsWith(XATTR)) continue;
    found ??= new Map();
    // The records share a buffer that is used again.
    found.set(key.slice(XATTR.length), Uint8Array.from(value));
  }
  return found;
}

/** A decimal number of whole units, e.g. `size`. */
export function paxInteger(records: PaxRecords, key: string, otherwise: number): number {
  const value = records.get(key);
  if (value === undefined || value.length === 0) return otherwise;
  const number = Number(value.toString('latin1'));
  if (!/^[0-9]+$/.test(value.toString('latin1')) || !Number.isSafeInteger(number)) throw invalidTar(`the PAX record ${key} is not a number`);
  return number;
}

/** Seconds with an optional fraction, as whole seconds and nanoseconds. */
export function paxTime(records: PaxRecords, key: string): { seconds: number; nano: number } | undefined {
  const value = records.get(key)?.toString('latin1');
  if (value === undefined || value === '') return undefined;
  const match = /^(-?)([0-9]{1,15})(?:\.([0-9]*))?$/.exec(value);
  if (match === null) throw invalidTar(`the PAX record ${key} is not a time`);
  const whole = Number(match[2]);
  const nano = Number((match[3] ?? '').padEnd(9, '0').slice(0, 9));
  if (match[1] === '') return { seconds: whole, nano };
  return nano === 0 ? { seconds: -whole, nano } : { seconds: -whole - 1, nano: 1_000_000_000 - nano };
}

export function paxText(records: PaxRecords, key: string, otherwise: string): string {
  const value = records.get(key);
  if (value === undefined || value.length === 0) return otherwise;
  if (value.includes(0)) throw invalidTar(`the PAX record ${key} contains a NUL`);
  return textOfBytes(value);
}
