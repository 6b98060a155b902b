import { EngineError } from '../../base/errors.ts';
import type { BuildRecord } from '../../build/build-service.ts';
import type { ApiBackends } from '../backends.ts';
import { bodyOf } from '../body.ts';
import { BUILD_ID } from '../build-query.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { integer } from '../query.ts';
import { buildLogs, buildRow, buildView } from '../render/build.ts';
import { openJsonStream, sendEmpty, sendJson, untilHangup } from '../reply.ts';
import type { BuildFeedMessage, BuildLogMessage } from '../types/build.ts';

type Backends = Pick<ApiBackends, 'builds'>;

/** Changes that come close together go out together; a person does not see the difference. */
const COALESCE_MS = 100;
const MAX_STEP = 1_000_000;

/** Every build, then what changes; of a build that changes often only how it is now, so that a slow client bounds what waits. */
async function feed(context: RequestContext, { builds }: Backends): Promise<void> {
  const pending = new Map<string, BuildRecord>();
  let wake: () => void = () => undefined;
  using _changes = builds.onChange((record) => {
    pending.set(record.id, record);
    wake();
  });
  const signal = untilHangup(context);
  signal.addEventListener('abort', () => wake(), { once: true });
  const stream = openJsonStream(context, 'application/x-ndjson');
  const send = async (message: BuildFeedMessage): Promise<void> => {
    if (!stream.send(message)) await stream.drained();
  };
  try {
    await send({ seq: 0, snapshot: builds.history().map(buildRow) });
    for (let seq = 1; !signal.aborted; ) {
      if (pending.size === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        await new Promise((resolve) => setTimeout(resolve, COALESCE_MS));
        continue;
      }
      const changes = [...pending.values()].map(buildRow);
      pending.clear();
      await send({ seq: seq++, changes });
    }
  } finally {
    stream.end();
  }
}

const stepOf = ({ query }: RequestContext): number => integer(query, 'step', { min: 0, max: MAX_STEP }) ?? 0;

function logs(context: RequestContext, { builds }: Backends): void {
  sendJson(context, 200, buildLogs()(builds.logs(context.params['id'] ?? '', stepOf(context))));
}

async function followLogs(context: RequestContext, { builds }: Backends): Promise<void> {
  const signal = untilHangup(context);
  const batches = builds.followLogs(context.params['id'] ?? '', stepOf(context), signal);
  const render = buildLogs();
  const stream = openJsonStream(context, 'application/x-ndjson');
  for await (const pieces of batches) {
    const message: BuildLogMessage = { pieces: render(pieces) };
    if (!stream.send(message)) await stream.drained();
  }
  stream.end();
}

async function sendContext(context: RequestContext, { builds }: Backends): Promise<void> {
  const id = context.params['id'] ?? '';
  if (!BUILD_ID.test(id)) throw new EngineError('InvalidArgument', 'id: at most 128 letters, digits, _ and -, of which the first is none of the last two');
  await builds.sendContext(id, context.query.get('name') ?? '', bodyOf(context), untilHangup(context));
  sendEmpty(context, 204);
}

async function cancel(context: RequestContext, { builds }: Backends): Promise<void> {
  await builds.cancel(context.params['id'] ?? '');
  sendEmpty(context, 204);
}

function forget(context: RequestContext, { builds }: Backends): void {
  builds.forget(context.params['id'] ?? '');
  sendEmpty(context, 204);
}

export function buildHistoryRoutes(backends: Backends): readonly ApiRoute[] {
  const { builds } = backends;
  return [
    { method: 'GET', pattern: '/slipway/v1/builds', handler: (context) => sendJson(context, 200, builds.history().map(buildRow)) },
    { method: 'GET', pattern: '/slipway/v1/builds/feed', handler: (context) => feed(context, backends) },
    { method: 'GET', pattern: '/slipway/v1/builds/{id}/logs', handler: (context) => logs(context, backends) },
    { method: 'GET', pattern: '/slipway/v1/builds/{id}/logs/follow', handler: (context) => followLogs(context, backends) },
    { method: 'GET', pattern: '/slipway/v1/builds/{id}', handler: (context) => sendJson(context, 200, buildView(builds.details(context.params['id'] ?? ''))) },
    { method: 'PUT', pattern: '/slipway/v1/builds/{id}/contexts', handler: (context) => sendContext(context, backends) },
    { method: 'POST', pattern: '/slipway/v1/builds/{id}/cancel', handler: (context) => cancel(context, backends) },
    { method: 'DELETE', pattern: '/slipway/v1/builds/{id}', handler: (context) => forget(context, backends) },
  ];
}
