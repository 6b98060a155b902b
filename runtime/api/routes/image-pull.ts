import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';
import { decimalSize } from '../../base/units.ts';
import { familiarName, parseReference } from '../../formats/reference.ts';
import type { PlannedLayer, TransferProgress } from '../../image/image-service.ts';
import { parseAuthConfig } from '../../image/registry/credentials.ts';
import type { ApiBackends } from '../backends.ts';
import { readBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { type ProgressStream, withProgress } from '../progress-stream.ts';
import { flag, required } from '../query.ts';
import { sendJson } from '../reply.ts';
import { authOf } from './registry-names.ts';

type Backends = Pick<ApiBackends, 'images'>;

/** `docker pull`. With `plan=1`, which is ours, a line `aux` tells the layers and their sizes before they come. */
export async function pull(context: RequestContext, { images }: Backends): Promise<void> {
  const { query, signal } = context;
  const platform = query.get('platform');
  const tellsPlan = flag(query, 'plan');
  const credentials = authOf(context);
  const name = nameOf(required(query, 'fromImage'), query.get('tag'));
  await withProgress(context, async (stream) => {
    await images.pull(name, {
      signal,
      credentials,
      ...(platform ? { platform } : {}),
      onProgress: (progress) => sendProgress(stream, progress),
      ...(tellsPlan ? { onPlan: (layers) => stream.send({ aux: { Layers: layers.map(planJson) } }) } : {}),
    });
  });
}

/** `tag` may be a digest; beside a name that has one already it says nothing new. */
function nameOf(image: string, tag: string | null): string {
  const { digest, tag: own } = parseReference(image);
  if (!tag || digest !== undefined || own !== undefined) return image;
  return tag.includes(':') ? `${image}@${tag}` : `${image}:${tag}`;
}

const planJson = ({ id, size, isHere, kept }: PlannedLayer): object => ({ ID: id, Size: size, Exists: isHere, Kept: kept });

function progressJson({ id, status, current, total }: TransferProgress): object {
  const of = id === undefined ? {} : { id };
  if (current === undefined || total === undefined) return { status, ...of, ...(id === undefined ? {} : { progressDetail: {} }) };
  return { status, ...of, progressDetail: { current, total }, progress: `${decimalSize(current)}/${decimalSize(total)}` };
}

/** `docker push` of one tag, or of all that a repository has. */
async function push(context: RequestContext, { images }: Backends): Promise<void> {
  const { query, signal, params } = context;
  const credentials = authOf(context);
  const name = params['name'] ?? '';
  const tag = query.get('tag');
  const tags = tag ? [nameOf(name, tag)] : tagsOf(images, name);
  await withProgress(context, async (stream) => {
    for (const each of tags) {
      const pushed = await images.push(each, { signal, credentials, onProgress: (progress) => sendProgress(stream, progress) });
      stream.send({ progressDetail: {}, aux: { Tag: pushed.tag, Digest: pushed.digest, Size: pushed.size } });
    }
  });
}

function tagsOf(images: Backends['images'], name: string): string[] {
  const reference = parseReference(name);
  if (reference.tag !== undefined) return [name];
  const tags = images.list({ reference: [familiarName(reference)] }).flatMap(({ repoTags }) => repoTags);
  if (tags.length === 0) throw new EngineError('NotFound', `An image does not exist locally with the tag: ${familiarName(reference)}`);
  return tags;
}

/** A line of a pull or push as clients draw it. */
export function sendProgress(stream: ProgressStream, progress: TransferProgress): void {
  const line = progressJson(progress);
  if (progress.id === undefined || progress.total === undefined) stream.send(line);
  else stream.progress(progress.id, progress.status, line);
}

/** `docker login` asks whether the credentials are good; the client keeps them. */
async function login(context: RequestContext, { images }: Backends): Promise<void> {
  const { serverAddress, ...credentials } = parseAuthConfig(await readBody(context, z.looseObject({})), 'AuthConfig');
  if (credentials.username === undefined && credentials.identityToken === undefined) throw new EngineError('InvalidArgument', 'username: a value is required');
  const token = await images.login(serverAddress ?? '', credentials, context.signal);
  sendJson(context, 200, { Status: 'Login Succeeded', IdentityToken: token ?? '' });
}

export function imagePullRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'POST', pattern: '/auth', handler: (context) => login(context, backends) },
    { method: 'POST', pattern: '/images/{name}/push', handler: (context) => push(context, backends) },
  ];
}
