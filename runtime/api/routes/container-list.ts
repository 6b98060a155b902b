import type { Container } from '../../container/container-service.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { parseFilters } from '../filters.ts';
import { flag, integer } from '../query.ts';
import { type ContainerSizes, containerDetails } from '../render/container.ts';
import { containerSummary } from '../render/container-summary.ts';
import { sendJson } from '../reply.ts';

type Backends = Pick<ApiBackends, 'containers' | 'images' | 'engine'>;

async function sizesOf({ containers, images }: Backends, container: Container): Promise<ContainerSizes> {
  const writable = await containers.size(container.id);
  const image = images.list().find((one) => one.id === container.imageId);
  return { writable, root: writable + (image?.size ?? 0) };
}

async function list(context: RequestContext, backends: Backends): Promise<void> {
  const { query } = context;
  const filters = parseFilters(query);
  const limit = integer(query, 'limit', { min: -1, max: Number.MAX_SAFE_INTEGER }) ?? -1;
  // A limit and the status filter look at stopped containers too, as in Docker.
  const all = flag(query, 'all') || limit > 0 || (filters['status']?.length ?? 0) > 0;
  const found = backends.containers.list({ all, filters, ...(limit > 0 ? { limit } : {}) });
  const now = Date.now();
  if (!flag(query, 'size')) {
    sendJson(
      context,
      200,
      found.map((one) => containerSummary(one, now)),
    );
    return;
  }
  const rows: object[] = [];
  for (const one of found) {
    const sizes = await sizesOf(backends, one);
    rows.push({ ...containerSummary(one, now), SizeRw: sizes.writable, SizeRootFs: sizes.root });
  }
  sendJson(context, 200, rows);
}

async function inspect(context: RequestContext, backends: Backends): Promise<void> {
  const container = backends.containers.inspect(context.params['name'] ?? '');
  const sizes = flag(context.query, 'size') ? await sizesOf(backends, container) : null;
  sendJson(context, 200, containerDetails(container, backends.engine.storageDriver, sizes));
}

export function containerListRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/containers/json', handler: (context) => list(context, backends) },
    { method: 'GET', pattern: '/containers/{name}/json', handler: (context) => inspect(context, backends) },
  ];
}
