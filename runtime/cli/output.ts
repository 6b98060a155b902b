import { Option } from 'commander';
import { drained } from '../base/drained.ts';

export type Format = 'table' | 'json';

/** A fresh `--format` option; every command that prints rows has it. */
export function formatOption(): Option {
  return new Option('--format <format>', 'how to print').choices(['table', 'json']).default('table');
}

/** Columns padded to their widest cell, three blanks between them. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [header, ...rows].map((row) => `${row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('   ')}\n`).join('');
}

/** Waits when the reader is slow. A reader that has closed its end is no error: there is nobody left to tell. */
export async function print(text: string | Uint8Array, stream: NodeJS.WriteStream = process.stdout): Promise<void> {
  if (!stream.write(text)) await drained(stream);
}

/** Rows as a table, or each object as one line of JSON. */
export async function printRows<T extends object>(
  format: Format,
  objects: readonly T[],
  header: readonly string[],
  row: (object: T) => readonly string[],
): Promise<void> {
  await print(format === 'json' ? objects.map((one) => `${JSON.stringify(one)}\n`).join('') : formatTable(header, objects.map(row)));
}

/** `Twelve` characters of an id, as lists show it. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, '').slice(0, 12);
}

/** Text from a container or an image, safe to print on a terminal: control characters are shown, not obeyed. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1));
}

/** At most `length` characters, the last one an ellipsis when something was cut. */
export function truncated(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
