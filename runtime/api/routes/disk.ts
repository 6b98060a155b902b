import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { sendJson } from '../reply.ts';
import type { DiskReport } from '../types/disk.ts';

type Backends = Pick<ApiBackends, 'containers' | 'disk' | 'engine'>;

async function report(context: RequestContext, { containers, disk, engine }: Backends): Promise<void> {
  const withAreas = context.query.get('areas') !== '0';
  const { total, free, areas } = await disk(withAreas);
  const logs: Record<string, number> = {};
  // One that is removed meanwhile has none.
  for (const { id } of containers.list({ all: true, filters: {} })) logs[id] = await containers.logSize(id).catch(() => 0);
  const answer: DiskReport = { root: engine.root, total, free, areas, logs };
  sendJson(context, 200, answer);
}

export function diskRoutes(backends: Backends): readonly ApiRoute[] {
  return [{ method: 'GET', pattern: '/slipway/v1/disk', handler: (context) => report(context, backends) }];
}
