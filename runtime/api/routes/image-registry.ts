import { EngineError } from '../../base/errors.ts';
import type { FoundImage } from '../../image/registry/search.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { booleanFilter, parseFilters } from '../filters.ts';
import { integer, required } from '../query.ts';
import { sendJson } from '../reply.ts';
import { authOf } from './registry-names.ts';

type Backends = Pick<ApiBackends, 'images'>;

/** Docker's. */
const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

async function describe(context: RequestContext, { images }: Backends): Promise<void> {
  const { mediaType, digest, size, platforms } = await images.describe(context.params['name'] ?? '', { signal: context.signal, credentials: authOf(context) });
  sendJson(context, 200, { Descriptor: { mediaType, digest, size }, Platforms: platforms });
}

/** The filters `is-official`, `is-automated` (nothing is, since registries build no images any more) and `stars`, the least number. */
function wanted(context: RequestContext): (image: FoundImage) => boolean {
  const filters = parseFilters(context.query, ['is-automated', 'is-official', 'stars']);
  const official = booleanFilter(filters, 'is-official');
  const automated = booleanFilter(filters, 'is-automated') ?? false;
  const numbers = (filters['stars'] ?? []).map((text) => (/^\d{1,9}$/.test(text) ? Number(text) : Number.NaN));
  if (numbers.some(Number.isNaN)) throw new EngineError('InvalidArgument', `invalid filter 'stars=${JSON.stringify(filters['stars']).slice(0, 100)}'`);
  const least = Math.max(0, ...numbers);
  return ({ isOfficial, stars }) => !automated && (official === undefined || isOfficial === official) && stars >= least;
}

async function search(context: RequestContext, { images }: Backends): Promise<void> {
  const term = required(context.query, 'term');
  const isWanted = wanted(context);
  const limit = integer(context.query, 'limit', { min: 0, max: Number.MAX_SAFE_INTEGER }) || DEFAULT_LIMIT;
  if (limit > MAX_LIMIT) throw new EngineError('InvalidArgument', `limit ${limit} is outside the range of [1, ${MAX_LIMIT}]`);
  const found = await images.search(term, { limit, signal: context.signal, credentials: authOf(context) });
  const rows = found.filter(isWanted).map(({ name, description, stars, isOfficial }) => ({
    name,
    description,
    star_count: stars,
    is_official: isOfficial,
    is_automated: false,
  }));
  sendJson(context, 200, rows);
}

export function imageRegistryRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/images/search', handler: (context) => search(context, backends) },
    { method: 'GET', pattern: '/distribution/{name}/json', handler: (context) => describe(context, backends) },
  ];
}
