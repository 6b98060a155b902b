import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { flag, integer } from '../query.ts';
import { sendJson } from '../reply.ts';
import type { ImageLayersAnswer, LayerDirectoryAnswer } from '../types/layers.ts';

type Backends = Pick<ApiBackends, 'images'>;

const PAGE = 500;
const MAX_PAGE = 2000;
const MAX_WORD = 1024;

async function layers(context: RequestContext, { images }: Backends): Promise<void> {
  const answer: ImageLayersAnswer = await images.layers(context.params['name'] ?? '');
  sendJson(context, 200, answer);
}

async function tree(context: RequestContext, { images }: Backends): Promise<void> {
  const { params, query } = context;
  const answer: LayerDirectoryAnswer = await images.layerTree(params['name'] ?? '', params['diffId'] ?? '', {
    path: query.get('path') ?? '/',
    offset: integer(query, 'offset', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? 0,
    limit: integer(query, 'limit', { min: 1, max: MAX_PAGE }) ?? PAGE,
    changesOnly: flag(query, 'changes'),
    find: (query.get('find') ?? '').slice(0, MAX_WORD),
  });
  sendJson(context, 200, answer);
}

export function layerRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/slipway/v1/images/{name}/layers', handler: (context) => layers(context, backends) },
    { method: 'GET', pattern: '/slipway/v1/images/{name}/layers/{diffId}/tree', handler: (context) => tree(context, backends) },
  ];
}
