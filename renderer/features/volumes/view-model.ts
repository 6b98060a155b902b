import type { VolumeRow } from '../../../runtime/api/types/feed.ts';
import type { Sort } from '../../stores/ui-store.ts';
import { byName, shortId } from '../../strings/format.ts';
import { visibleName } from '../../ui/visible-text.ts';

const ANONYMOUS = 'com.docker.volume.anonymous';

export type VolumeKind = 'local' | 'bind' | 'tmpfs';
export type Sizes = ReadonlyMap<string, number | null>;

export const isAnonymous = ({ labels }: VolumeRow): boolean => ANONYMOUS in labels;

/** What a volume is called where there is little room: nobody reads 64 digits. */
export const volumeTitle = (row: VolumeRow): string => (isAnonymous(row) ? shortId(row.id) : row.id);

export function kindOf({ options }: Pick<VolumeRow, 'options'>): VolumeKind {
  if (options['type'] === 'tmpfs') return 'tmpfs';
  return options['device'] === undefined ? 'local' : 'bind';
}

/** Its labels without those that only the engine reads. */
export const ownLabels = ({ labels }: VolumeRow): readonly (readonly [string, string])[] => Object.entries(labels).filter(([name]) => name !== ANONYMOUS);

/** For people to read: `team=shop`. */
export const labelTexts = (row: VolumeRow): readonly string[] => ownLabels(row).map(([name, value]) => visibleName(value === '' ? name : `${name}=${value}`));

export function matches(row: VolumeRow, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const text = `${row.id} ${ownLabels(row)
    .map((pair) => pair.join('='))
    .join(' ')}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

export const inScope = (row: VolumeRow, scope: string): boolean => scope === 'all' || row.usedBy.length > 0 === (scope === 'used');

function order(column: string, sizes: Sizes): (a: VolumeRow, b: VolumeRow) => number {
  switch (column) {
    case 'name':
      // Those that nobody named come last.
      return (a, b) => Number(isAnonymous(a)) - Number(isAnonymous(b)) || byName(a.id, b.id);
    case 'kind':
      return (a, b) => byName(kindOf(a), kindOf(b));
    case 'size':
      return (a, b) => (sizes.get(a.id) ?? -1) - (sizes.get(b.id) ?? -1);
    case 'usedBy':
      return (a, b) => a.usedBy.length - b.usedBy.length;
    default:
      return (a, b) => a.createdAt - b.createdAt;
  }
}

export function listed(rows: Iterable<VolumeRow>, scope: string, filter: string, sort: Sort, sizes: Sizes): readonly string[] {
  const way = sort.descending ? -1 : 1;
  const compare = order(sort.column, sizes);
  return [...rows]
    .filter((row) => inScope(row, scope) && matches(row, filter))
    .sort((a, b) => way * compare(a, b) || b.createdAt - a.createdAt || byName(a.id, b.id))
    .map(({ id }) => id);
}

/** What a prune would take. */
export const prunable = (rows: Iterable<VolumeRow>, named: boolean): readonly VolumeRow[] =>
  [...rows].filter((row) => row.usedBy.length === 0 && (named || isAnonymous(row)));

/** Bytes of those whose size is known. */
export const knownBytes = (ids: readonly string[], sizes: Sizes): number => ids.reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
