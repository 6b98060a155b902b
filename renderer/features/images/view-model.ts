import type { ImageRow } from '../../../runtime/api/types/feed.ts';
import type { Sort } from '../../stores/ui-store.ts';
import { byName, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';

export interface ImageName {
  readonly repository: string;
  /** With its colon or its at sign; empty when there is none. */
  readonly tag: string;
}

/** Cuts a reference before its tag or digest; a colon in the host is a port. */
export function splitReference(reference: string): ImageName {
  const at = reference.indexOf('@');
  const bare = at < 0 ? reference : reference.slice(0, at);
  const colon = bare.lastIndexOf(':');
  const cut = colon > bare.lastIndexOf('/') ? colon : bare.length;
  return { repository: bare.slice(0, cut), tag: `${bare.slice(cut)}${at < 0 ? '' : reference.slice(at)}` };
}

/** What an image is called in sentences. */
export const imageTitle = (row: ImageRow): string => row.tags[0] ?? shortId(row.id);

/** What `run` takes: a name if there is one. */
export const imageReference = (row: ImageRow): string => row.tags[0] ?? row.id;

export function matches(row: ImageRow, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${row.tags.join(' ')} ${row.id} ${row.tags.length === 0 ? t.images.untagged : ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

export const isDangling = (row: ImageRow): boolean => row.tags.length === 0;

export const inScope = (row: ImageRow, scope: string): boolean =>
  scope === 'all' || (scope === 'dangling' ? isDangling(row) : row.usedBy.length > 0 === (scope === 'used'));

type Shared = Readonly<Record<string, number>>;

/** Bytes that only this image has. */
const uniqueSize = (row: ImageRow, shared: Shared): number => Math.max(0, row.size - (shared[row.id] ?? 0));

function order(column: string, shared: Shared): (a: ImageRow, b: ImageRow) => number {
  switch (column) {
    case 'tags':
      // Images without a name come last, whatever their id.
      return (a, b) => Number(a.tags.length === 0) - Number(b.tags.length === 0) || byName(imageTitle(a), imageTitle(b));
    case 'id':
      return (a, b) => (a.id < b.id ? -1 : Number(a.id > b.id));
    case 'size':
      return (a, b) => a.size - b.size;
    case 'unique':
      return (a, b) => uniqueSize(a, shared) - uniqueSize(b, shared);
    case 'usedBy':
      return (a, b) => a.usedBy.length - b.usedBy.length;
    default:
      return (a, b) => a.createdAt - b.createdAt;
  }
}

export function listed(rows: Iterable<ImageRow>, scope: string, filter: string, sort: Sort, shared: Shared = {}): readonly string[] {
  const way = sort.descending ? -1 : 1;
  const compare = order(sort.column, shared);
  return [...rows]
    .filter((row) => inScope(row, scope) && matches(row, filter))
    .sort((a, b) => way * compare(a, b) || b.createdAt - a.createdAt || byName(a.id, b.id))
    .map(({ id }) => id);
}
