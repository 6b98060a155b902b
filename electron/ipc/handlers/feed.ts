import { z } from 'zod';
import type { FeedMessage } from '../../../runtime/api/types/feed.ts';
import type { MetricsMessage } from '../../../runtime/api/types/metrics.ts';
import type { EngineClient } from '../../engine/http-client.ts';
import { jsonLines } from '../../engine/json-lines.ts';
import type { Backend } from '../backend.ts';

// The engine is ours: the outer shape is checked, the rows are taken as its types have them.
const feedSchema = z.union([
  z.looseObject({ seq: z.number(), snapshot: z.looseObject({ containers: z.array(z.unknown()), images: z.array(z.unknown()) }) }),
  z.looseObject({ seq: z.number(), changes: z.array(z.unknown()) }),
]);
const metricsSchema = z.looseObject({ points: z.record(z.string(), z.array(z.unknown())) });

/** The engine's own streams, line by line. */
export function feedStreams(engine: EngineClient): Pick<Backend['streams'], 'feed' | 'metrics'> {
  return {
    async feed(_params, stream) {
      const body = await engine.stream('GET', '/slipway/v1/feed', { signal: stream.signal });
      for await (const line of jsonLines(body)) await stream.send(feedSchema.parse(line) as unknown as FeedMessage);
    },
    async metrics({ id, since }, stream) {
      const query = { stream: 1, ...(id !== undefined && { id }), ...(since !== undefined && { since }) };
      const body = await engine.stream('GET', '/slipway/v1/metrics', { query, signal: stream.signal });
      for await (const line of jsonLines(body)) await stream.send(metricsSchema.parse(line) as unknown as MetricsMessage);
    },
  };
}
