import type { EngineEvent } from '../../base/events.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { parseFilters } from '../filters.ts';
import { parseMoment } from '../moment.ts';
import { eventJson } from '../render/event.ts';
import { matchesEvent } from '../render/event-filter.ts';
import { openJsonStream, untilHangup } from '../reply.ts';

/** A client that does not read for so many events is cut off rather than fed from unbounded memory. */
const MAX_BACKLOG = 10_000;
/** Longer timers would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const FILTERS = ['config', 'container', 'daemon', 'event', 'image', 'label', 'network', 'node', 'plugin', 'scope', 'secret', 'service', 'type', 'volume'];

const now = (): bigint => BigInt(Date.now()) * 1_000_000n;

async function follow(context: RequestContext, { events }: Pick<ApiBackends, 'events'>): Promise<void> {
  const since = parseMoment(context.query.get('since'), 'since');
  const until = parseMoment(context.query.get('until'), 'until');
  const filters = parseFilters(context.query, FILTERS);
  const wanted = (event: EngineEvent): boolean =>
    (since === null || event.timeNano >= since) && (until === null || event.timeNano <= until) && matchesEvent(event, filters);

  const backlog = since === null && until === null ? [] : events.past().filter(wanted);
  let wake: () => void = () => undefined;
  using _subscription = events.subscribe((event) => {
    if (wanted(event)) backlog.push(event);
    wake();
  });
  const stream = openJsonStream(context);
  const signal = untilHangup(context);
  signal.addEventListener('abort', () => wake(), { once: true });
  let timer: NodeJS.Timeout | undefined;
  try {
    while (!signal.aborted && backlog.length < MAX_BACKLOG) {
      for (const event of backlog.splice(0)) if (!stream.send(eventJson(event))) await stream.drained();
      const left = until === null ? null : until - now();
      if (left !== null && left <= 0n) break;
      if (backlog.length > 0 || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (left !== null) timer = setTimeout(resolve, Math.min(Number(left / 1_000_000n) + 1, MAX_TIMER_MS));
      });
      clearTimeout(timer);
    }
  } finally {
    stream.end();
  }
}

export function eventRoutes(backends: Pick<ApiBackends, 'events'>): readonly ApiRoute[] {
  return [{ method: 'GET', pattern: '/events', handler: (context) => follow(context, backends) }];
}
