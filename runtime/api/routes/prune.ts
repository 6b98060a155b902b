import { EngineError, isKind } from '../../base/errors.ts';
import type { ImageSummary } from '../../image/image-service.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { booleanFilter, parseFilters } from '../filters.ts';
import { parseMoment } from '../moment.ts';
import { sendJson } from '../reply.ts';

type Backends = Pick<ApiBackends, 'containers' | 'images' | 'events'>;

function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((text) => {
    const at = text.indexOf('=');
    const value = labels[at < 0 ? text : text.slice(0, at)];
    return value !== undefined && (at < 0 || value === text.slice(at + 1));
  });
}

/** Whether an object with these labels and age is in the scope of the prune. */
export function pruneScope(context: RequestContext, known: readonly string[]): (labels: Readonly<Record<string, string>>, createdAt: bigint) => boolean {
  const filters = parseFilters(context.query, known);
  const untils = filters['until'] ?? [];
  if (untils.length > 1) throw new EngineError('InvalidArgument', 'more than one until filter specified');
  const until = parseMoment(untils[0] ?? null, 'until');
  const without = filters['label!'] ?? [];
  return (labels, createdAt) =>
    (until === null || createdAt < until) && hasLabels(labels, filters['label'] ?? []) && !without.some((label) => hasLabels(labels, [label]));
}

async function pruneContainers(context: RequestContext, { containers, events }: Backends): Promise<void> {
  const inScope = pruneScope(context, ['label', 'label!', 'until']);
  const deleted: string[] = [];
  let reclaimed = 0;
  for (const one of containers.list({ all: true, filters: { status: ['created', 'exited', 'dead'] } })) {
    if (!inScope(one.config.Labels ?? {}, one.createdAt)) continue;
    try {
      const size = await containers.size(one.id);
      await containers.remove(one.id, { force: false, volumes: false });
      reclaimed += size;
      deleted.push(one.id);
    } catch (error) {
      // Started or removed by another client in the meantime.
      if (!isKind(error, 'Conflict', 'NotFound')) throw error;
    }
  }
  events.publish('container', 'prune', '', { reclaimed: String(reclaimed) });
  sendJson(context, 200, { ContainersDeleted: deleted.length === 0 ? null : deleted, SpaceReclaimed: reclaimed });
}

/** Its tags and names by digest, or its id where it has none. */
function namesOf({ id, repoTags, repoDigests }: ImageSummary): readonly string[] {
  const names = [...repoTags, ...repoDigests];
  return names.length > 0 ? names : [id];
}

async function pruneImages(context: RequestContext, { containers, images, events }: Backends): Promise<void> {
  const inScope = pruneScope(context, ['dangling', 'label', 'label!', 'until']);
  const used = new Set(containers.list({ all: true, filters: {} }).map((one) => one.imageId));
  const rows: object[] = [];
  const filters = parseFilters(context.query);
  const onlyDangling = booleanFilter(filters, 'dangling') ?? true;
  // No label and no age is known of a download that broke off.
  let reclaimed = Object.keys(filters).every((key) => key === 'dangling') ? images.dropPartials() : 0;
  for (const image of images.list(onlyDangling ? { dangling: true } : {})) {
    if (used.has(image.id) || !inScope(image.labels, BigInt(image.created) * 1_000_000_000n)) continue;
    try {
      // By its names first: an id with several names is not removed without force.
      for (const name of namesOf(image)) {
        for (const row of await images.remove(name, { force: false, noprune: false })) {
          rows.push('untagged' in row ? { Untagged: row.untagged } : { Deleted: row.deleted });
          if ('deleted' in row) reclaimed += row.size ?? 0;
        }
      }
    } catch (error) {
      if (!isKind(error, 'Conflict', 'NotFound')) throw error;
    }
  }
  events.publish('image', 'prune', '', { reclaimed: String(reclaimed) });
  sendJson(context, 200, { ImagesDeleted: rows.length === 0 ? null : rows, SpaceReclaimed: reclaimed });
}

export function pruneRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'POST', pattern: '/containers/prune', handler: (context) => pruneContainers(context, backends) },
    { method: 'POST', pattern: '/images/prune', handler: (context) => pruneImages(context, backends) },
  ];
}
