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
