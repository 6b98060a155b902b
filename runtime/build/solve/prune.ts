import type { Digest } from '../../base/digest.ts';
import type { CachePruneOptions, CacheRecord } from '../build-service.ts';
import { recordFilter } from './cache-filters.ts';

/** A record with every layer that it keeps; a cache mount has none. */
export interface PrunableRecord {
  readonly record: CacheRecord;
  readonly layers: readonly Digest[];
}

export interface LayerSizes {
  /** Bytes. */
  sizeOf(layer: Digest): number;
  /** An image consists of it too: whatever the cache lets go, it stays. */
  inImage(layer: Digest): boolean;
}

export interface PruneOptions extends CachePruneOptions {
  /** With `keepStorage`: how many records may stay, whatever their size. */
  readonly keepRecords?: number;
}

export interface PrunePlan {
  /** In this order. */
  readonly ids: readonly string[];
  /** Bytes that go with them. */
  readonly reclaimed: number;
  /** Bytes that are on the disk for the cache alone, before and without what the plan takes. */
  readonly before: number;
}

/**
 * What goes: the longest unused first, and none on which another stands, because its layers would stay for that one. Without `all`, what images
 * share and what is no step of a Dockerfile stays. What a running build uses stays always. Throws InvalidArgument for bad filters.
 */
export function planPrune(records: readonly PrunableRecord[], sizes: LayerSizes, options: PruneOptions, now: bigint): PrunePlan {
  const { keepStorage = -1, keepRecords = Infinity } = options;
  const matches = recordFilter(options.filters, now);
  const byId = new Map(records.map((entry) => [entry.record.id, entry]));
  const owners = new Map<Digest, number>();
  for (const { layers } of records) for (const layer of new Set(layers)) owners.set(layer, (owners.get(layer) ?? 0) + 1);
  const freed = (layer: Digest): number => (sizes.inImage(layer) ? 0 : sizes.sizeOf(layer));
  let before = records.reduce((sum, { record, layers }) => sum + (layers.length === 0 ? record.size : 0), 0);
  for (const layer of owners.keys()) before += freed(layer);

  const children = new Map<string, number>();
  for (const { record } of records) for (const parent of record.parents) children.set(parent, (children.get(parent) ?? 0) + 1);
  const wanted = ({ record }: PrunableRecord): boolean =>
    !record.inUse &&
    !children.get(record.id) &&
    (options.all || !(record.shared || record.type === 'internal' || record.type === 'frontend')) &&
    matches(record);
  const waiting = records.filter(wanted).sort(byUse);

  const ids: string[] = [];
  let left = before;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (left <= keepStorage && records.length - ids.length <= keepRecords) break;
    ids.push(next.record.id);
    if (next.layers.length === 0) left -= next.record.size;
    for (const layer of new Set(next.layers)) {
      const others = (owners.get(layer) ?? 1) - 1;
      owners.set(layer, others);
      if (others === 0) left -= freed(layer);
    }
    for (const parent of next.record.parents) {
      children.set(parent, (children.get(parent) ?? 1) - 1);
      const entry = byId.get(parent);
      if (entry === undefined || !wanted(entry)) continue;
      const place = waiting.findIndex((other) => byUse(entry, other) < 0);
      waiting.splice(place === -1 ? waiting.length : place, 0, entry);
    }
  }
  return { ids, reclaimed: before - left, before };
}

function byUse({ record: a }: PrunableRecord, { record: b }: PrunableRecord): number {
  const [left, right] = [a.lastUsedAt ?? a.createdAt, b.lastUsedAt ?? b.createdAt];
  if (left !== right) return left < right ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}
