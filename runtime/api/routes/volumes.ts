import { z } from 'zod';
import { EngineError, isKind } from '../../base/errors.ts';
import type { EventBus } from '../../base/events.ts';
import type { Volume, VolumeService } from '../../volume/volume-service.ts';
import type { ApiBackends } from '../backends.ts';
import { readOptionalBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { booleanFilter, type Filters, parseFilters } from '../filters.ts';
import { flag } from '../query.ts';
import { volumeJson } from '../render/volume.ts';
import { sendEmpty, sendJson } from '../reply.ts';
import { pruneScope } from './prune.ts';

type Backends = Pick<ApiBackends, 'volumes' | 'events'>;

/** Since this version `prune` spares volumes that have a name, unless `all` says otherwise. */
const PRUNES_ANONYMOUS = 42;
const LONGEST_PATTERN = 256;

const map = z.record(z.string(), z.string()).nullish();
const createSchema = z.looseObject({
  Name: z.string().nullish(),
  Driver: z.string().nullish(),
  DriverOpts: map,
  Labels: map,
  ClusterVolumeSpec: z.unknown().optional(),
});

async function create(context: RequestContext, { volumes }: Backends): Promise<void> {
  const asked = await readOptionalBody(context, createSchema);
  if (asked.ClusterVolumeSpec) throw new EngineError('Unsupported', 'ClusterVolumeSpec: this engine has no cluster volumes');
  const volume = volumes.create({ name: asked.Name ?? '', driver: asked.Driver ?? '', options: asked.DriverOpts ?? {}, labels: asked.Labels ?? {} });
  sendJson(context, 201, volumeJson(volume));
}

function list(context: RequestContext, { volumes }: Backends): void {
  const matches = matcher(parseFilters(context.query, ['dangling', 'driver', 'label', 'name']), volumes);
  sendJson(context, 200, { Volumes: volumes.list().filter(matches).map(volumeJson), Warnings: [] });
}

function matcher(filters: Filters, volumes: VolumeService): (volume: Volume) => boolean {
  const dangling = booleanFilter(filters, 'dangling');
  const { driver = [], label = [], name = [] } = filters;
  const patterns = name.map(patternOf);
  return (volume) =>
    (dangling === undefined || dangling === (volumes.usersOf(volume.name).length === 0)) &&
    (driver.length === 0 || driver.includes('local')) &&
    label.every((wanted) => wanted in volume.labels || Object.entries(volume.labels).some(([key, value]) => `${key}=${value}` === wanted)) &&
    (patterns.length === 0 || patterns.some((matchesName) => matchesName(volume.name)));
}

/** Values are regular expressions as in Docker; a text that is none is looked for as it is. */
function patternOf(text: string): (name: string) => boolean {
  try {
    const pattern = new RegExp(text.slice(0, LONGEST_PATTERN));
    return (name) => pattern.test(name);
  } catch {
    return (name) => name.includes(text);
  }
}

async function prune(context: RequestContext, { volumes, events }: Backends): Promise<void> {
  const filters = parseFilters(context.query);
  const inScope = pruneScope(context, ['label', 'label!', 'all']);
  const all = booleanFilter(filters, 'all') ?? context.version < PRUNES_ANONYMOUS;
  const deleted: string[] = [];
  let reclaimed = 0;
  for (const volume of volumes.list()) {
    if ((!all && !volume.isAnonymous) || !inScope(volume.labels, volume.createdAt) || volumes.usersOf(volume.name).length > 0) continue;
    try {
      const size = await volumes.size(volume.name);
      volumes.remove(volume.name, { force: false });
      reclaimed += Math.max(0, size);
      deleted.push(volume.name);
    } catch (error) {
      // Taken into use or removed by another client in the meantime.
      if (!isKind(error, 'Conflict', 'NotFound')) throw error;
    }
  }
  announcePrune(events, reclaimed);
  sendJson(context, 200, { VolumesDeleted: deleted, SpaceReclaimed: reclaimed });
}

function announcePrune(events: EventBus, reclaimed: number): void {
  events.publish('volume', 'prune', '', { reclaimed: String(reclaimed) });
}

/** `Volumes` of GET /system/df: each with its size in bytes and the number of containers that have it. */
export async function volumesWithUsage(volumes: VolumeService): Promise<object[]> {
  const rows: object[] = [];
  for (const volume of volumes.list()) {
    const size = await volumes.size(volume.name).catch(() => -1);
    rows.push({ ...volumeJson(volume), UsageData: { Size: size, RefCount: volumes.usersOf(volume.name).length } });
  }
  return rows;
}

export function volumeRoutes(backends: Backends): readonly ApiRoute[] {
  const { volumes } = backends;
  const nameOf = (context: RequestContext): string => context.params['name'] ?? '';
  return [
    { method: 'GET', pattern: '/volumes', handler: (context) => list(context, backends) },
    { method: 'POST', pattern: '/volumes/create', handler: (context) => create(context, backends) },
    { method: 'POST', pattern: '/volumes/prune', handler: (context) => prune(context, backends) },
    { method: 'GET', pattern: '/volumes/{name}', handler: (context) => sendJson(context, 200, volumeJson(volumes.get(nameOf(context)))) },
    {
      method: 'DELETE',
      pattern: '/volumes/{name}',
      handler: (context) => {
        volumes.remove(nameOf(context), { force: flag(context.query, 'force') });
        sendEmpty(context, 204);
      },
    },
  ];
}
