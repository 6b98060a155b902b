import { isKind } from '../../base/errors.ts';
import type { Container } from '../../container/container-service.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { parseFilters } from '../filters.ts';
import { flag, integer } from '../query.ts';
import { type ContainerSizes, containerDetails } from '../render/container.ts';
import { containerSummary } from '../render/container-summary.ts';
import { sendJson } from '../reply.ts';

type Backends = Pick<ApiBackends, 'containers' | 'images' | 'engine'>;

/** Bytes of each container's writable layer and of all it stands on. */
async function sizesOf({ containers, images }: Backends, of: readonly Container[]): Promise<ContainerSizes[]> {
  const sizeOfImage = new Map(images.list({ all: true }).map(({ id, size }) => [id as string, size]));
  return Promise.all(
    of.map(async ({ id, imageId }) => {
      const writable = await containers.size(id).catch((error: unknown) => {
        // Removed while the others were measured.
        if (isKind(error, 'NotFound')) return 0;
        throw error;
      });
      return { writable, root: writable + (sizeOfImage.get(imageId) ?? 0) };
    }),
  );
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
  const sizes = await sizesOf(backends, found);
  const rows = found.map((one, index) => ({ ...containerSummary(one, now), SizeRw: sizes[index]?.writable, SizeRootFs: sizes[index]?.root }));
  sendJson(context, 200, rows);
}

async function inspect(context: RequestContext, backends: Backends): Promise<void> {
  const container = backends.containers.inspect(context.params['name'] ?? '');
  const [sizes = null] = flag(context.query, 'size') ? await sizesOf(backends, [container]) : [];
  sendJson(context, 200, containerDetails(container, backends.engine.storageDriver, sizes));
}

export function containerListRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/containers/json', handler: (context) => list(context, backends) },
    { method: 'GET', pattern: '/containers/{name}/json', handler: (context) => inspect(context, backends) },
  ];
}
