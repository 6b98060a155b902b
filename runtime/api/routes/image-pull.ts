import { z } from 'zod';
import { isDigest } from '../../base/digest.ts';
import { EngineError } from '../../base/errors.ts';
import { decimalSize } from '../../base/units.ts';
import { parsePlatform, requirePlatform } from '../../formats/platform.ts';
import { familiarName, familiarString, parseReference, withTag } from '../../formats/reference.ts';
import type { PlannedLayer, TransferProgress } from '../../image/image-service.ts';
import { type Credentials, parseAuthConfig } from '../../image/registry/credentials.ts';
import type { ApiBackends } from '../backends.ts';
import { readBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { requireAsked } from '../platform-query.ts';
import { type ProgressStream, withProgress } from '../progress-stream.ts';
import { flag, required } from '../query.ts';
import { sendJson, untilHangup } from '../reply.ts';
import { authOf } from './registry-names.ts';

type Backends = Pick<ApiBackends, 'images'>;

/** Tags of a repository that are asked for at once. */
const PAGE = 1000;

/**
 * `docker pull`; a name alone means all of its tags (`-a`). With `plan=1`, which is ours, it means `latest`, and a line `aux` tells the layers and
 * their sizes before they come.
 */
export async function pull(context: RequestContext, { images }: Backends): Promise<void> {
  const { query } = context;
  // While a registry is silent nothing is sent that would tell that the client went away.
  const signal = untilHangup(context);
  const platform = query.get('platform');
  const wanted = platform ? parsePlatform(platform) : undefined;
  const tellsPlan = flag(query, 'plan');
  const credentials = authOf(context);
  const name = nameOf(required(query, 'fromImage'), query.get('tag'));
  const { tag, digest } = parseReference(name);
  const isAll = tag === undefined && digest === undefined && !tellsPlan;
  await withProgress(context, async (stream) => {
    for await (const each of isAll ? tagsThere(images, name, { signal, credentials }) : [name]) {
      const { id, name: pulled } = await images.pull(each, {
        signal,
        credentials,
        ...(platform ? { platform } : {}),
        onProgress: (progress) => sendProgress(stream, progress),
        ...(tellsPlan ? { onPlan: (layers) => stream.send({ aux: { Layers: layers.map(planJson) } }) } : {}),
      });
      // What there is stays, as with Docker: the name may be one without a choice.
      if (wanted !== undefined) requirePlatform(pulled, images.resolve(id).config, wanted);
    }
  });
}

/** Everything that a registry has of a repository. */
async function* tagsThere(images: Backends['images'], name: string, options: { signal: AbortSignal; credentials: Credentials }): AsyncGenerator<string> {
  let last = '';
  do {
    const { names, next } = await images.remoteTags(name, { ...options, last, limit: PAGE });
    for (const tag of names) yield `${name}:${tag}`;
    last = next;
  } while (last !== '');
}

/** `tag` may be a digest; beside a name that has one already it says nothing new. It goes before the name's own tag. */
function nameOf(image: string, tag: string | null): string {
  const reference = parseReference(image);
  if (!tag || reference.digest !== undefined) return image;
  return familiarString(isDigest(tag) ? { ...reference, digest: tag } : withTag(reference, tag));
}

const planJson = ({ id, size, isHere, kept }: PlannedLayer): object => ({ ID: id, Size: size, Exists: isHere, Kept: kept });

function progressJson({ id, status, current, total, units }: TransferProgress): object {
  const of = id === undefined ? {} : { id };
  if (current === undefined) return { status, ...of, ...(id === undefined ? {} : { progressDetail: {} }) };
  const counted = total === undefined ? [current] : [current, total];
  const progress = units === undefined ? counted.map(decimalSize).join('/') : `${counted.join('/')} ${units}`;
  return { status, ...of, progressDetail: { current, ...(total === undefined ? {} : { total }), ...(units === undefined ? {} : { units }) }, progress };
}

/** `docker push` of one tag, or of all that a repository has. */
async function push(context: RequestContext, { images }: Backends): Promise<void> {
  const { query, params } = context;
  const signal = untilHangup(context);
  const credentials = authOf(context);
  const name = params['name'] ?? '';
  const tag = query.get('tag');
  const tags = tag ? [nameOf(name, tag)] : tagsOf(images, name);
  for (const each of tags) requireAsked(context, images, each);
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
  if (progress.id === undefined || progress.current === undefined) stream.send(line);
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
