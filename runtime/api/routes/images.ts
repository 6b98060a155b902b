import { EngineError } from '../../base/errors.ts';
import { familiarString, newName } from '../../formats/reference.ts';
import type { ImageFilters } from '../../image/image-service.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { booleanFilter, parseFilters } from '../filters.ts';
import { parseMoment } from '../moment.ts';
import { requireAsked } from '../platform-query.ts';
import { flag, required } from '../query.ts';
import { historyJson, imageDetails, imageSummary } from '../render/image.ts';
import { sendEmpty, sendJson } from '../reply.ts';

type Backends = Pick<ApiBackends, 'containers' | 'images' | 'engine'>;

const FILTERS = ['before', 'dangling', 'label', 'reference', 'since', 'until'];

const nameOf = (context: RequestContext): string => context.params['name'] ?? '';

/** Only one image can be the point in time to compare with. */
function single(values: readonly string[] | undefined, name: string): string | undefined {
  if (values && values.length > 1) throw new EngineError('InvalidArgument', `invalid filter '${name}': one value is expected`);
  return values?.[0];
}

function imageFilters(context: RequestContext): ImageFilters {
  const filters = parseFilters(context.query, FILTERS);
  const dangling = booleanFilter(filters, 'dangling');
  const until = parseMoment(single(filters['until'], 'until') ?? null, 'until');
  const before = single(filters['before'], 'before');
  const since = single(filters['since'], 'since');
  return {
    all: flag(context.query, 'all'),
    ...(until === null ? {} : { until: Number(until / 1_000_000n) }),
    ...(filters['reference']?.length ? { reference: filters['reference'] } : {}),
    ...(filters['label']?.length ? { label: filters['label'] } : {}),
    ...(dangling === undefined ? {} : { dangling }),
    ...(before === undefined ? {} : { before }),
    ...(since === undefined ? {} : { since }),
  };
}

function list(context: RequestContext, { images, containers }: Backends): void {
  const found = images.list(imageFilters(context));
  const users = new Map<string, number>();
  for (const container of containers.list({ all: true, filters: {} })) users.set(container.imageId, (users.get(container.imageId) ?? 0) + 1);
  const { sharedSize } = flag(context.query, 'shared-size') ? images.usage() : { sharedSize: () => -1 };
  const rows = found.map((image) => ({
    ...imageSummary(image, context.version),
    SharedSize: sharedSize(image.id),
    Containers: users.get(image.id) ?? 0,
  }));
  sendJson(context, 200, rows);
}

function tag(context: RequestContext, { images }: Backends): void {
  const name = newName(required(context.query, 'repo'), context.query.get('tag') ?? '');
  images.tag(nameOf(context), familiarString(name));
  sendEmpty(context, 201);
}

async function remove(context: RequestContext, { images }: Backends): Promise<void> {
  const rows = await images.remove(nameOf(context), { force: flag(context.query, 'force'), noprune: flag(context.query, 'noprune') });
  sendJson(
    context,
    200,
    rows.map((row) => ('untagged' in row ? { Untagged: row.untagged } : { Deleted: row.deleted })),
  );
}

export function imageRoutes(backends: Backends): readonly ApiRoute[] {
  const { images, engine } = backends;
  return [
    { method: 'GET', pattern: '/images/json', handler: (context) => list(context, backends) },
    {
      method: 'GET',
      pattern: '/images/{name}/json',
      handler: (context) => {
        requireAsked(context, images, nameOf(context));
        sendJson(context, 200, imageDetails(images.inspect(nameOf(context)), engine, context.version));
      },
    },
    {
      method: 'GET',
      pattern: '/images/{name}/history',
      handler: (context) => {
        requireAsked(context, images, nameOf(context));
        sendJson(context, 200, images.history(nameOf(context)).map(historyJson));
      },
    },
    { method: 'POST', pattern: '/images/{name}/tag', handler: (context) => tag(context, backends) },
    { method: 'DELETE', pattern: '/images/{name}', handler: (context) => remove(context, backends) },
  ];
}
