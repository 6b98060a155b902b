import { once } from 'node:events';
import type { MetricPoint } from '../../container/container-service.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import type { EventLoopWatch } from '../event-loop-watch.ts';
import { flag, integer } from '../query.ts';
import { openJsonStream, sendJson, untilHangup } from '../reply.ts';
import type { MetricsMessage } from '../types/metrics.ts';

type Backends = Pick<ApiBackends, 'containers'>;

function message(points: Iterable<readonly [string, readonly MetricPoint[]]>): MetricsMessage {
  return { points: Object.fromEntries(points) };
}

async function metrics(context: RequestContext, { containers }: Backends, watch: EventLoopWatch): Promise<void> {
  const { query } = context;
  const asked = query.get('id');
  const ref = asked ? containers.inspect(asked).id : undefined;
  const since = integer(query, 'since', { min: 0, max: Number.MAX_SAFE_INTEGER });
  const history = containers.metrics({ ...(ref === undefined ? {} : { ref }), ...(since === undefined ? {} : { since }) });
  const eventLoop = watch.read({ reset: flag(query, 'reset') });
  if (!flag(query, 'stream')) {
    sendJson(context, 200, { ...message(history), eventLoop });
    return;
  }
  const stream = openJsonStream(context, 'application/x-ndjson');
  stream.send({ ...message(history), eventLoop });
  const signal = untilHangup(context);
  using _samples = containers.onSample((latest) => {
    // A point that a slow client misses is in the history it can ask for.
    if (context.response.writableNeedDrain) return;
    const wanted = [...latest].filter(([id]) => ref === undefined || id === ref);
    if (wanted.length > 0) stream.send(message(wanted.map(([id, point]) => [id, [point]] as const)));
  });
  if (!signal.aborted) await once(signal, 'abort');
  stream.end();
}

export function metricRoutes(backends: Backends, watch: EventLoopWatch): readonly ApiRoute[] {
  return [{ method: 'GET', pattern: '/slipway/v1/metrics', handler: (context) => metrics(context, backends, watch) }];
}
