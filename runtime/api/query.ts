import { textOfBytes } from '../base/byte-text.ts';
import { EngineError } from '../base/errors.ts';

/** Docker's reading of a boolean: absent, empty, 0, no, false, none are false, anything else is true. */
export function flag(query: URLSearchParams, name: string, absent = false): boolean {
  const value = query.get(name);
  if (value === null) return absent;
  return !['', '0', 'no', 'false', 'none'].includes(value.trim().toLowerCase());
}

/** Absent and empty: undefined. Throws InvalidArgument naming the key for anything but a whole number in range. */
export function integer(query: URLSearchParams, name: string, range: { readonly min: number; readonly max: number }): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  const number = /^[+-]?\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= range.min && number <= range.max)) {
    throw new EngineError('InvalidArgument', `${name}: ${JSON.stringify(value.slice(0, 100))} is not a whole number from ${range.min} to ${range.max}`);
  }
  return number;
}

/** Throws InvalidArgument naming the key when it is absent or empty. */
export function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (!value) throw new EngineError('InvalidArgument', `${name}: a value is required`);
  return value;
}

/** A path of files, which are bytes, as textOfBytes has it: `URLSearchParams` knows text alone. Null when it is absent; of several the first counts. */
export function pathOfBytes(target: string, name: string): string | null {
  for (const pair of target.slice(target.indexOf('?') + 1).split('&')) {
    const [key = '', ...value] = pair.split('=');
    if (unescaped(key).toString() === name) return textOfBytes(unescaped(value.join('=')));
  }
  return null;
}

/** As forms are encoded; what only looks like an escape stays. */
function unescaped(text: string): Buffer {
  const plain = text.replaceAll('+', ' ').replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, 'latin1');
}
