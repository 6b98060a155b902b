import { z } from 'zod';
import { parseRegistryAuth } from '../../image/registry/credentials.ts';
import type { PageOptions } from '../../image/registry/listing.ts';
import type { ApiBackends } from '../backends.ts';
import { readBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { integer, required } from '../query.ts';
import { sendJson } from '../reply.ts';
import type { ReclaimableAnswer, RegistryDigestAnswer, RegistryNamesAnswer } from '../types/registry.ts';

type Backends = Pick<ApiBackends, 'images'>;

const PAGE = 100;
const MAX_PAGE = 1000;
const MAX_IDS = 10_000;
const reclaimableSchema = z.strictObject({ ids: z.array(z.string().max(512)).max(MAX_IDS) });

/** X-Registry-Auth. */
export function authOf({ request }: RequestContext): ReturnType<typeof parseRegistryAuth> {
  const header = request.headers['x-registry-auth'];
  return parseRegistryAuth(typeof header === 'string' ? header : header?.[0]);
}

function pageOf(context: RequestContext): PageOptions {
  const { query, signal } = context;
  return { last: query.get('last') ?? '', limit: integer(query, 'limit', { min: 1, max: MAX_PAGE }) ?? PAGE, signal, credentials: authOf(context) };
}

async function tags(context: RequestContext, { images }: Backends): Promise<void> {
  const answer: RegistryNamesAnswer = await images.remoteTags(required(context.query, 'name'), pageOf(context));
  sendJson(context, 200, answer);
}

async function repositories(context: RequestContext, { images }: Backends): Promise<void> {
  const answer: RegistryNamesAnswer = await images.remoteRepositories(required(context.query, 'host'), pageOf(context));
  sendJson(context, 200, answer);
}

async function digest(context: RequestContext, { images }: Backends): Promise<void> {
  const name = required(context.query, 'name');
  const answer: RegistryDigestAnswer = { digest: await images.remoteDigest(name, { signal: context.signal, credentials: authOf(context) }) };
  sendJson(context, 200, answer);
}

async function reclaimable(context: RequestContext, { images }: Backends): Promise<void> {
  const { ids } = await readBody(context, reclaimableSchema);
  const answer: ReclaimableAnswer = { bytes: images.reclaimable(ids) };
  sendJson(context, 200, answer);
}

export function registryNameRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/slipway/v1/registry/tags', handler: (context) => tags(context, backends) },
    { method: 'GET', pattern: '/slipway/v1/registry/repositories', handler: (context) => repositories(context, backends) },
    { method: 'GET', pattern: '/slipway/v1/registry/digest', handler: (context) => digest(context, backends) },
    { method: 'POST', pattern: '/slipway/v1/images/reclaimable', handler: (context) => reclaimable(context, backends) },
  ];
}
