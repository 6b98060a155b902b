import { containerConfigSchema } from '../../formats/docker/container-config.ts';
import { familiarString, newName } from '../../formats/reference.ts';
import type { ApiBackends } from '../backends.ts';
import { readOptionalBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { flag, required } from '../query.ts';
import { sendJson } from '../reply.ts';

type Backends = Pick<ApiBackends, 'files'>;

const schema = containerConfigSchema.partial({ Image: true });

async function commit(context: RequestContext, { files }: Backends): Promise<void> {
  const { query, signal } = context;
  const container = required(query, 'container');
  const body = await readOptionalBody(context, schema);
  const repo = query.get('repo');
  // Refused before anything is paused or packed.
  const reference = repo ? familiarString(newName(repo, query.get('tag') ?? '')) : '';
  const id = await files.commit(container, {
    config: Object.keys(body).length === 0 ? null : { ...body, Image: '' },
    changes: query.getAll('changes'),
    reference,
    author: query.get('author') ?? '',
    comment: query.get('comment') ?? '',
    pause: flag(query, 'pause', true),
    signal,
  });
  sendJson(context, 201, { Id: id });
}

export function commitRoutes(backends: Backends): readonly ApiRoute[] {
  return [{ method: 'POST', pattern: '/commit', handler: (context) => commit(context, backends) }];
}
