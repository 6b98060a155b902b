import { EngineError } from '../../base/errors.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { cacheRow } from '../render/build.ts';
import { containerSummary } from '../render/container-summary.ts';
import { imageSummary } from '../render/image.ts';
import { sendJson } from '../reply.ts';
import { volumesWithUsage } from './volumes.ts';

const TYPES = ['container', 'image', 'volume', 'build-cache'];

/** What of it a client wants to know; all where it does not say. Throws InvalidArgument in Docker's words. */
function wantedTypes(context: RequestContext): ReadonlySet<string> {
  const types = context.query.getAll('type');
  const unknown = types.find((type) => !TYPES.includes(type));
  if (unknown !== undefined) throw new EngineError('InvalidArgument', `unknown object type: ${unknown.slice(0, 100)}`);
  return new Set(types.length === 0 ? TYPES : types);
}

function imagesUse(context: RequestContext, { containers, images }: ApiBackends): object {
  const users = Map.groupBy(containers.list({ all: true, filters: {} }), ({ imageId }) => imageId);
  const { layersSize, sharedSize } = images.usage();
  const rows = images.list().map((image) => ({
    ...imageSummary(image, context.version),
    SharedSize: sharedSize(image.id),
    Containers: users.get(image.id)?.length ?? 0,
  }));
  return { LayersSize: layersSize, Images: rows };
}

async function containersUse({ containers, images }: ApiBackends): Promise<object[]> {
  const sizeOfImage = new Map(images.list({ all: true }).map(({ id, size }) => [id as string, size]));
  const now = Date.now();
  return Promise.all(
    containers.list({ all: true, filters: {} }).map(async (one) => {
      // Removed while the others were measured.
      const written = await containers.size(one.id).catch(() => 0);
      return { ...containerSummary(one, now), SizeRw: written, SizeRootFs: written + (sizeOfImage.get(one.imageId) ?? 0) };
    }),
  );
}

/** What a client did not ask for is null, as Docker has it. */
async function diskUse(context: RequestContext, backends: ApiBackends): Promise<void> {
  const wanted = wantedTypes(context);
  sendJson(context, 200, {
    ...(wanted.has('image') ? imagesUse(context, backends) : { LayersSize: 0, Images: null }),
    Containers: wanted.has('container') ? await containersUse(backends) : null,
    Volumes: wanted.has('volume') ? await volumesWithUsage(backends.volumes) : null,
    BuildCache: wanted.has('build-cache') ? (await backends.builds.cache()).map((record) => cacheRow(record, context.version)) : null,
    ...(context.version < 42 ? { BuilderSize: 0 } : {}),
  });
}

export function diskUseRoutes(backends: ApiBackends): readonly ApiRoute[] {
  return [{ method: 'GET', pattern: '/system/df', handler: (context) => diskUse(context, backends) }];
}
