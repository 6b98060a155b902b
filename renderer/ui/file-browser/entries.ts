import type { FileEntry } from '../../../runtime/api/types/files.ts';
import { byName } from '../../strings/format.ts';

/** One row; `id` is fit for an id of the page, whatever the name has. */
export interface FileRow extends FileEntry {
  readonly id: string;
}

export interface FileSort {
  readonly column: string;
  readonly descending: boolean;
}

export interface Shown {
  readonly match: string;
  readonly hidden: boolean;
  readonly changesOnly: boolean;
}

/** A deleted name and a new one of the same letters are two rows. What is written for a byte is no letters of another name. */
export const rowId = ({ Name, Change }: Pick<FileEntry, 'Name'> & Partial<Pick<FileEntry, 'Change'>>): string =>
  `${Change === 'deleted' ? '-' : '+'}${encodeURIComponent(Name.toWellFormed())}`;

export const isHidden = ({ Name }: FileEntry): boolean => Name.startsWith('.');

/** It is there: whatever its name, it can be asked for by how that is listed. */
export const isReachable = ({ Change }: FileEntry): boolean => Change !== 'deleted';

function order(column: string): (a: FileRow, b: FileRow) => number {
  switch (column) {
    case 'size':
      return (a, b) => a.Size - b.Size;
    case 'modified':
      return (a, b) => (a.ModTime < b.ModTime ? -1 : Number(a.ModTime > b.ModTime));
    case 'mode':
      return (a, b) => a.Mode - b.Mode;
    case 'owner':
      return (a, b) => a.Uid - b.Uid || a.Gid - b.Gid;
    default:
      return () => 0;
  }
}

/** Folders stand before files, whatever the order. */
export function shownRows(rows: Iterable<FileRow>, { match, hidden, changesOnly }: Shown, sort: FileSort): readonly FileRow[] {
  const wanted = match.toLowerCase();
  const way = sort.descending ? -1 : 1;
  const compare = order(sort.column);
  const isFolder = ({ Type }: FileRow) => Number(Type === 'directory');
  return [...rows]
    .filter((row) => (hidden || !isHidden(row) || match !== '') && (!changesOnly || row.Change !== '') && row.Name.toLowerCase().includes(wanted))
    .sort((a, b) => isFolder(b) - isFolder(a) || way * compare(a, b) || (sort.column === 'name' ? way : 1) * byName(a.Name, b.Name));
}

const TYPE_LETTERS = { file: '-', directory: 'd', link: 'l', other: '?' } as const;

/** As `ls -l` has it: `-rwsr-xr-x`. */
export function modeWords({ Mode, Type }: Pick<FileEntry, 'Mode' | 'Type'>): string {
  const bits = [...'rwxrwxrwx'].map((letter, index) => (Mode & (0o400 >> index) ? letter : '-'));
  const special = (bit: number, at: number, letter: string) => {
    if (Mode & bit) bits[at] = bits[at] === 'x' ? letter : letter.toUpperCase();
  };
  special(0o4000, 2, 's');
  special(0o2000, 5, 's');
  special(0o1000, 8, 't');
  return TYPE_LETTERS[Type] + bits.join('');
}
