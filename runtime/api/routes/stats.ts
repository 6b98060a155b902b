import { setTimeout as sleep } from 'node:timers/promises';
import { isKind } from '../../base/errors.ts';
import type { StatsSample } from '../../container/container-service.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { flag } from '../query.ts';
import { statsJson } from '../render/stats.ts';
import { openJsonStream, sendJson, untilHangup } from '../reply.ts';

type Backends = Pick<ApiBackends, 'containers'>;

const INTERVAL_MS = 1000;

/** Null while the container does not run. */
async function sampleOf({ containers }: Backends, id: string): Promise<StatsSample | null> {
  try {
    return await containers.stats(id);
  } catch (error) {
    if (isKind(error, 'Conflict')) return null;
    throw error;
  }
}

async function stats(context: RequestContext, backends: Backends): Promise<void> {
  const { containers } = backends;
  const { id } = containers.inspect(context.params['name'] ?? '');
  let before = await sampleOf(backends, id);
  if (!flag(context.query, 'stream', true)) {
    // A percentage needs two readings; who wants but one says so.
    if (before && !flag(context.query, 'one-shot')) {
      await sleep(INTERVAL_MS, undefined, { signal: context.signal });
      sendJson(context, 200, statsJson(containers.inspect(id), await sampleOf(backends, id), before));
    } else {
      sendJson(context, 200, statsJson(containers.inspect(id), before, null));
    }
    return;
  }
  const stream = openJsonStream(context);
  const signal = untilHangup(context);
  try {
    if (!stream.send(statsJson(containers.inspect(id), before, null))) await stream.drained();
    for (;;) {
      await sleep(INTERVAL_MS, undefined, { signal });
      const sample = await sampleOf(backends, id);
      if (!stream.send(statsJson(containers.inspect(id), sample, before))) await stream.drained();
      before = sample;
    }
  } catch (error) {
    if (!signal.aborted && !isKind(error, 'NotFound')) throw error;
  } finally {
    stream.end();
  }
}

export function statsRoutes(backends: Backends): readonly ApiRoute[] {
  return [{ method: 'GET', pattern: '/containers/{name}/stats', handler: (context) => stats(context, backends) }];
}
