import type { DiskUsage } from '../../../electron/ipc/contract/disk.ts';
import { shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';

const words = t.disk;

export type CategoryId = 'images' | 'containers' | 'logs' | 'volumes' | 'cache' | 'other';

export interface DiskObject {
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  /** Dim beside the name. */
  readonly note: string;
  /** Where it is shown; empty: nowhere. */
  readonly path: string;
}

export interface Category {
  readonly id: CategoryId;
  readonly bytes: number;
  /** Of it by objects that nobody uses; null: not of this kind. Of images at least so much: layers that only unused ones share come on top. */
  readonly unused: number | null;
  /** Largest first. */
  readonly objects: readonly DiskObject[];
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
const largestFirst = (objects: readonly DiskObject[]): readonly DiskObject[] => [...objects].sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));

export const imageName = ({ id, tags }: DiskUsage['images'][number]): string => tags[0] ?? shortId(id);

/** Parts of the root whose content is counted by object. */
const COUNTED = new Set(['layers', 'snapshots', 'containers', 'volumes']);

function images({ layers, images: rows }: DiskUsage): Category {
  const objects = rows.map((row): DiskObject => {
    const used = row.containers > 0 ? words.usedBy(row.containers) : words.unused;
    return {
      key: row.id,
      name: imageName(row),
      bytes: row.size - row.shared,
      note: row.shared > 0 ? `${used} · ${words.sharedToo(row.shared)}` : used,
      path: `/images/${row.id}`,
    };
  });
  // Layers that several images have belong to none of them alone.
  const shared = Math.max(0, layers - sum(objects.map(({ bytes }) => bytes)));
  const common: readonly DiskObject[] = shared > 0 ? [{ key: 'shared', name: words.sharedLayers, bytes: shared, note: '', path: '' }] : [];
  const unused = sum(rows.filter((row) => row.containers === 0).map((row) => row.size - row.shared));
  return { id: 'images', bytes: layers, unused, objects: [...common, ...largestFirst(objects)] };
}

function containers({ containers: rows }: DiskUsage): Category {
  const objects = rows.map(({ id, name, written, running }): DiskObject => {
    return { key: id, name, bytes: written, note: running ? words.running : words.stopped, path: `/containers/${id}` };
  });
  return {
    id: 'containers',
    bytes: sum(rows.map(({ written }) => written)),
    unused: sum(rows.map((row) => (row.running ? 0 : row.written))),
    objects: largestFirst(objects),
  };
}

function logs({ containers: rows }: DiskUsage): Category {
  const objects = rows
    .filter(({ log }) => log > 0)
    .map(({ id, name, log, running }): DiskObject => ({ key: id, name, bytes: log, note: running ? words.running : words.stopped, path: `/containers/${id}` }));
  return { id: 'logs', bytes: sum(rows.map(({ log }) => log)), unused: sum(rows.map((row) => (row.running ? 0 : row.log))), objects: largestFirst(objects) };
}

function volumes({ volumes: rows }: DiskUsage): Category {
  const objects = rows.map(({ name, size, users, anonymous }): DiskObject => {
    const notes = [users > 0 ? words.usedBy(users) : words.unused, ...(anonymous ? [words.anonymous] : []), ...(size === null ? [words.elsewhere] : [])];
    return { key: name, name: anonymous ? shortId(name) : name, bytes: size ?? 0, note: notes.join(' · '), path: `/volumes/${encodeURIComponent(name)}` };
  });
  return {
    id: 'volumes',
    bytes: sum(rows.map(({ size }) => size ?? 0)),
    unused: sum(rows.map((row) => (row.users === 0 ? (row.size ?? 0) : 0))),
    objects: largestFirst(objects),
  };
}

function cache({ cache: rows }: DiskUsage): Category {
  const own = rows.filter(({ shared }) => !shared);
  const objects = own.map(({ id, description, type, size, inUse }): DiskObject => {
    return { key: id, name: description || type, bytes: size, note: inUse ? words.inUse : '', path: '' };
  });
  return { id: 'cache', bytes: sum(own.map(({ size }) => size)), unused: sum(own.map((row) => (row.inUse ? 0 : row.size))), objects: largestFirst(objects) };
}

/** What is under the root beside all that: archives' recipes, the database, what is being deleted, and the rest of blocks that files do not fill. */
function other({ areas }: DiskUsage, counted: number): Category {
  const used = sum(areas.map(({ bytes }) => bytes));
  const bytes = Math.max(0, used - counted);
  const named = areas.filter(({ name, bytes: size }) => !COUNTED.has(name) && size > 0);
  const objects = named.map(({ name, bytes: size }): DiskObject => ({ key: name, name: words.areas[name] ?? name, bytes: size, note: name, path: '' }));
  const rest = bytes - sum(objects.map((object) => object.bytes));
  const blocks: readonly DiskObject[] = rest > 0 ? [{ key: 'blocks', name: words.blocks, bytes: rest, note: '', path: '' }] : [];
  return { id: 'other', bytes, unused: null, objects: largestFirst([...objects, ...blocks]) };
}

/** Largest first, what nobody can clean up last. */
export function categoriesOf(usage: DiskUsage): readonly Category[] {
  const counted = [images(usage), containers(usage), logs(usage), volumes(usage), cache(usage)];
  return [...counted.sort((a, b) => b.bytes - a.bytes), other(usage, sum(counted.map(({ bytes }) => bytes)))];
}

/** The disk as a whole: what this engine has, what others have, and what is left. */
export interface DiskTotals {
  readonly own: number;
  readonly others: number;
  readonly free: number;
  readonly total: number;
}

export function totalsOf({ total, free }: DiskUsage, categories: readonly Category[]): DiskTotals {
  const own = sum(categories.map(({ bytes }) => bytes));
  return { own, others: Math.max(0, total - free - own), free, total };
}

/** Widths of a bar's parts in percent that add up to at most 100: what is there is seen, however little it is. */
export function shares(values: readonly number[], least = 0.4): readonly number[] {
  const total = sum(values);
  if (total <= 0) return values.map(() => 0);
  const raw = values.map((value) => (value <= 0 ? 0 : Math.max(least, (value / total) * 100)));
  const scale = 100 / Math.max(100, sum(raw));
  return raw.map((share) => share * scale);
}
