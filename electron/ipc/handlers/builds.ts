import { z } from 'zod';
import type { BuildFeedMessage, BuildLogMessage, BuildView } from '../../../runtime/api/types/build.ts';
import { dockerfilesIn, isAddress, isDirectory, readDockerfile } from '../../builds/context.ts';
import { dockerfileFacts } from '../../builds/dockerfile-facts.ts';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import { jsonLines } from '../../engine/json-lines.ts';
import type { Backend } from '../backend.ts';
import { bulk } from './bulk.ts';

type Names = 'build.inspect' | 'build.cancel' | 'build.remove' | 'build.facts';

const viewSchema = z.looseObject({ id: z.string(), dockerfile: z.string(), vertices: z.array(z.unknown()), warnings: z.array(z.unknown()) });
const feedSchema = z.union([
  z.looseObject({ seq: z.number(), snapshot: z.array(z.unknown()) }),
  z.looseObject({ seq: z.number(), changes: z.array(z.unknown()) }),
]);

const logSchema = z.looseObject({ pieces: z.array(z.unknown()) });

const buildPath = (id: string, ...rest: readonly string[]): string => `/slipway/v1/builds${enginePath(id, ...rest)}`;

// The engine is ours: the outer shape is checked, the rest is taken as its types have it.
export function buildRequests(engine: EngineClient): Pick<Backend['requests'], Names> {
  return {
    'build.inspect': async ({ id }) => viewSchema.parse(await engine.json('GET', buildPath(id))) as unknown as BuildView,
    async 'build.facts'({ context, dockerfile }) {
      const nothing = { stages: [], args: [], secrets: [], others: [] };
      if (isAddress(context)) return { ...nothing, context: 'address', dockerfile: true };
      if (!(await isDirectory(context))) return { ...nothing, context: 'missing', dockerfile: false };
      const [content, others] = await Promise.all([readDockerfile(context, dockerfile), dockerfilesIn(context)]);
      const { stages, args, secrets } = content ? dockerfileFacts(content.toString('utf8')) : nothing;
      return { context: 'directory', dockerfile: content !== null, stages, args, secrets, others };
    },
    'build.cancel': ({ ids }) => bulk(ids, (id) => engine.json('POST', buildPath(id, 'cancel'))),
    'build.remove': ({ ids }) => bulk(ids, (id) => engine.json('DELETE', buildPath(id))),
  };
}

export function buildStreams(engine: EngineClient): Pick<Backend['streams'], 'builds' | 'build.log'> {
  return {
    async builds(_params, stream) {
      const body = await engine.stream('GET', '/slipway/v1/builds/feed', { signal: stream.signal });
      for await (const line of jsonLines(body)) await stream.send(feedSchema.parse(line) as unknown as BuildFeedMessage);
    },
    async 'build.log'({ id, step }, stream) {
      const body = await engine.stream('GET', buildPath(id, 'logs', 'follow'), { query: { step }, signal: stream.signal });
      for await (const line of jsonLines(body)) await stream.send(logSchema.parse(line) as unknown as BuildLogMessage);
    },
  };
}
