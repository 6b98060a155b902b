import { EngineError } from '../../base/errors.ts';
import { parseTimestamp, rfc3339NanoFixed } from '../../base/timestamps.ts';
import type { Container, LogOptions } from '../../container/container-service.ts';
import { logAttributesOf } from '../../container/spec/log-attributes.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { FrameWriter } from '../frame-writer.ts';
import { rawContentType } from '../hijack.ts';
import { flag } from '../query.ts';
import { roomIn, untilHangup } from '../reply.ts';

type Backends = Pick<ApiBackends, 'containers'>;

/** `all`, absent and what is no number mean everything, as in Docker. */
function tailOf(query: URLSearchParams): number | undefined {
  const text = query.get('tail') ?? 'all';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** What `details` puts before each line, in the form of a query string as Docker's. */
function detailsOf(container: Container): string {
  const pairs = [...logAttributesOf(container)].map(([name, value]) => new URLSearchParams([[name, value]]).toString());
  return `${pairs.join(',')} `;
}

async function logs(context: RequestContext, { containers }: Backends): Promise<void> {
  const { query, response } = context;
  const container = containers.inspect(context.params['name'] ?? '');
  const wants = { stdout: flag(query, 'stdout'), stderr: flag(query, 'stderr') };
  if (!wants.stdout && !wants.stderr) throw new EngineError('InvalidArgument', 'Bad parameters: you must choose at least one stream');
  const since = parseTimestamp(query.get('since'), 'since');
  const until = parseTimestamp(query.get('until'), 'until');
  const tail = tailOf(query);
  const follow = flag(query, 'follow');
  const gone = untilHangup(context);
  const options: LogOptions = {
    ...wants,
    follow,
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
    ...(tail === undefined ? {} : { tail }),
    signal: gone,
  };
  const timestamps = flag(query, 'timestamps');
  const details = flag(query, 'details') ? detailsOf(container) : '';
  const multiplexed = container.config.Tty !== true;

  const batches = containers.logs(container.id, options)[Symbol.asyncIterator]();
  const begin = (): void => {
    response.writeHead(200, { 'Content-Type': rawContentType(context.version, multiplexed) });
    response.flushHeaders();
  };
  const writer = new FrameWriter({ write: (data) => response.write(data), drained: () => roomIn(response, context.signal) }, multiplexed);
  try {
    const first = batches.next();
    // A follower may wait long for its first line; until then a refusal can still become a status.
    if (follow) await Promise.race([first, new Promise((resolve) => setImmediate(resolve))]);
    else await first;
    begin();
    for (let batch = await first; batch.done !== true; batch = await batches.next()) {
      for (const entry of batch.value) {
        const prefix = timestamps ? `${rfc3339NanoFixed(entry.timeNano)} ${details}` : details;
        const data = prefix === '' ? entry.data : Buffer.concat([Buffer.from(prefix), entry.data]);
        if (!writer.push(entry.stream, data)) await writer.drained();
        if (gone.aborted) return;
      }
    }
    writer.flush();
    response.end();
  } catch (error) {
    if (!gone.aborted) throw error;
  } finally {
    await batches.return?.();
    if (gone.aborted) response.destroy();
  }
}

export function logRoutes(backends: Backends): readonly ApiRoute[] {
  return [{ method: 'GET', pattern: '/containers/{name}/logs', handler: (context) => logs(context, backends) }];
}
