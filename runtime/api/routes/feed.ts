import type { ApiRoute, RequestContext } from '../context.ts';
import { type FeedBackends, FeedChanges } from '../feed-changes.ts';
import { openJsonStream, untilHangup } from '../reply.ts';
import type { FeedMessage } from '../types/feed.ts';

/** Changes that come close together go out together; a person does not see the difference. */
const COALESCE_MS = 30;

async function feed(context: RequestContext, backends: FeedBackends): Promise<void> {
  const pending = new FeedChanges(backends);
  let wake: () => void = () => undefined;
  using _containers = backends.containers.onChange((change) => {
    pending.container(change.id, change.container);
    wake();
  });
  using _others = backends.events.subscribe((event) => {
    if (pending.event(event)) wake();
  });
  const signal = untilHangup(context);
  signal.addEventListener('abort', () => wake(), { once: true });
  const stream = openJsonStream(context, 'application/x-ndjson');
  const send = async (message: FeedMessage): Promise<void> => {
    if (!stream.send(message)) await stream.drained();
  };
  try {
    await send(pending.snapshot());
    for (let seq = 1; !signal.aborted; ) {
      if (pending.empty) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        await new Promise((resolve) => setTimeout(resolve, COALESCE_MS));
        continue;
      }
      const changes = pending.take();
      if (changes.length > 0) await send({ seq: seq++, changes });
    }
  } finally {
    stream.end();
  }
}

export function feedRoutes(backends: FeedBackends): readonly ApiRoute[] {
  return [{ method: 'GET', pattern: '/slipway/v1/feed', handler: (context) => feed(context, backends) }];
}
