import type { ApiBackends } from '../backends.ts';
import { bodyOf } from '../body.ts';
import { contextOf, parseBuildQuery } from '../build-query.ts';
import { ClassicBuild } from '../classic-build.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { parseFilters } from '../filters.ts';
import { withProgress } from '../progress-stream.ts';
import { flag, integer } from '../query.ts';
import { sendJson, untilHangup } from '../reply.ts';
import { sendProgress } from './image-pull.ts';

type Backends = Pick<ApiBackends, 'builds'>;

/** `docker build` without BuildKit. */
async function build(context: RequestContext, { builds }: Backends): Promise<void> {
  const { query, request } = context;
  // A step may say nothing for long: its client is gone when it closes its side.
  const signal = untilHangup(context);
  const header = (name: string): string | undefined => [request.headers[name]].flat()[0];
  const asked = parseBuildQuery(query, header('x-registry-config'), header('x-slipway-build-secrets'), header('x-slipway-build-agents'));
  const quiet = flag(query, 'q');
  const dockerfileName = 'path' in asked.dockerfile ? asked.dockerfile.path : '';
  await withProgress(context, async (stream) => {
    const classic = new ClassicBuild({
      quiet,
      keepsContainers: asked.keepDone,
      dockerfileName,
      send: (line) => stream.send(line),
      isBehind: () => context.response.writableNeedDrain,
    });
    try {
      const built = await builds.build(
        { ...asked, context: contextOf(query, bodyOf(context)) },
        {
          signal,
          onEvent: (event) => {
            if (event.type !== 'pull' && event.type !== 'context') classic.onEvent(event);
            else if (!quiet) sendProgress(stream, event.progress);
            // A command that writes faster than its client reads waits for it.
            return event.type === 'log' ? stream.drained() : undefined;
          },
        },
      );
      classic.finish(built);
    } catch (error) {
      throw signal.aborted ? error : classic.fail(error);
    }
  });
}

/** `docker builder prune`. */
async function prune(context: RequestContext, { builds }: Backends): Promise<void> {
  const { query } = context;
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER };
  const keepStorage = integer(query, 'reserved-space', range) ?? integer(query, 'keep-storage', range);
  const { deleted, reclaimed } = await builds.prune({
    all: flag(query, 'all'),
    filters: parseFilters(query),
    ...(keepStorage === undefined ? {} : { keepStorage }),
  });
  sendJson(context, 200, { CachesDeleted: deleted.length === 0 ? null : deleted, SpaceReclaimed: reclaimed });
}

export function buildRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'POST', pattern: '/build', handler: (context) => build(context, backends) },
    { method: 'POST', pattern: '/build/prune', handler: (context) => prune(context, backends) },
  ];
}
