import { randomUUID } from 'node:crypto';
import { basename, isAbsolute } from 'node:path';
import { type PackOptions, packDirectory } from '../../runtime/client/pack-directory.ts';
import { packLayout } from '../../runtime/client/pack-layout.ts';
import { inContext, isAddress, isDirectory, readBounded, readDockerfile } from '../builds/context.ts';
import { dockerfileFacts } from '../builds/dockerfile-facts.ts';
import type { Query } from '../engine/http-client.ts';
import { jsonLines } from '../engine/json-lines.ts';
import type { ImageBuild } from '../ipc/contract/builds.ts';
import { ShellError } from '../ipc/failure.ts';
import { BuildProgress } from './build-progress.ts';
import type { TaskContext, TaskProgram } from './task.ts';

/** All secrets of a build travel in one header, of which a server takes no more. */
const MAX_SECRETS = 8 * 1024;
const LAYOUT = 'oci-layout://';
/** Between two reports of what was sent. */
const REPORT_EVERY = 1024 * 1024;

/** The result is the image's id; the engine's build has the id of the task. The engine keeps the steps that ended well in its cache, whatever becomes of the build. */
export const imageBuild: TaskProgram<ImageBuild> = {
  unit: 'steps',
  objectOf: ({ tags, context }) => tags[0] ?? (basename(context) || context),
  async run(task, context) {
    const { id, engine, signal, report } = context;
    report({ phase: 'Sending' });
    const headers = { ...(await secretHeader(task)), ...(await loginHeader(task, context)) };
    const { body, query } = await contextOf(task);
    const contexts = await sendContexts(task, context);
    const sent = body && counted(body, (bytes) => report({ phase: 'Sending', parts: [{ id: task.context, phase: 'Sending', current: bytes, total: 0 }] }));
    const progress = new BuildProgress();
    const options = { query: { ...queryOf(task), ...query, ...contexts, buildid: id }, headers, signal, ...(sent && { body: sent }) };
    for await (const line of jsonLines(await engine.stream('POST', '/build', options))) {
      const next = progress.take(line);
      if (next) report(next);
    }
    return progress.image;
  },
};

/** Where the files come from. @throws ShellError 400 for what is not there. */
async function contextOf({ context, dockerfile }: ImageBuild): Promise<{ readonly body?: AsyncIterable<Uint8Array>; readonly query: Query }> {
  if (isAddress(context)) return { query: { remote: context, dockerfile } };
  if (!(await isDirectory(context))) throw new ShellError(`${context}: there is no such directory`, 400);
  const content = await readDockerfile(context, dockerfile);
  if (!content) throw new ShellError(`${dockerfile}: there is no such file`, 400);
  const inside = inContext(context, dockerfile);
  const added = { name: `.dockerfile.${randomUUID()}`, content };
  const options: PackOptions = inside === null ? { dockerfile: added.name, added } : { dockerfile: inside };
  return { body: packDirectory(context, options), query: { dockerfile: options.dockerfile } };
}

/** Directories and layouts go ahead of the build, which is told what is a layout; what is left are addresses. @throws ShellError 400 for what is not there. */
async function sendContexts({ contexts }: ImageBuild, { id, engine, signal }: TaskContext): Promise<Query> {
  const isNamed = (value: string): boolean => isAddress(value) || /^(?:docker-image|oci-layout):\/\//.test(value);
  const directories = contexts.filter(({ value }) => !isNamed(value));
  for (const { name, value } of directories) if (!(await isDirectory(value))) throw new ShellError(`${name}: ${value}: there is no such directory`, 400);
  for (const { name, value } of contexts) {
    const isLayout = value.startsWith(LAYOUT);
    if (isNamed(value) && !isLayout) continue;
    // Its own .dockerignore is heeded, and no Dockerfile in it means anything.
    const body = isLayout ? await layoutOf(name, value) : packDirectory(value, { dockerfile: '.dockerignore' });
    await engine.json('PUT', `/slipway/v1/builds/${id}/contexts`, { query: { name }, signal, body });
  }
  const addresses = contexts.filter(({ value }) => isNamed(value)).map(({ name, value }) => [name, value] as const);
  return addresses.length === 0 ? {} : { contexts: JSON.stringify(Object.fromEntries(addresses)) };
}

async function layoutOf(name: string, place: string): Promise<AsyncIterable<Uint8Array>> {
  if (!isAbsolute(place.slice(LAYOUT.length))) throw new ShellError(`${name}: ${place}: a whole path from / on is needed`, 400);
  try {
    return await packLayout(place);
  } catch (error) {
    throw new ShellError(`${name}: ${error instanceof Error ? error.message : String(error)}`, 400);
  }
}

function queryOf({ tags, target, args, labels, platform, noCache, pull, network }: ImageBuild): Query {
  const object = (pairs: ImageBuild['args']): string => JSON.stringify(Object.fromEntries(pairs.map(({ name, value }) => [name, value])));
  return {
    ...(tags.length > 0 && { t: tags }),
    ...(target !== '' && { target }),
    ...(args.length > 0 && { buildargs: object(args) }),
    ...(labels.length > 0 && { labels: object(labels) }),
    ...(platform !== '' && { platform }),
    ...(noCache && { nocache: 1 }),
    ...(pull && { pull: 1 }),
    networkmode: network,
    forcerm: 1,
  };
}

/** Reads secrets from where they are. @throws ShellError 400 for one that is not there. */
async function secretHeader({ secrets }: ImageBuild): Promise<Record<string, string>> {
  if (secrets.length === 0) return {};
  const given: Record<string, string> = {};
  for (const { id, from, value } of secrets) {
    const text = from === 'env' ? process.env[value] : undefined;
    const content = from === 'env' ? (text === undefined ? null : Buffer.from(text)) : await readBounded(value, MAX_SECRETS);
    if (!content) throw new ShellError(`secret ${id}: ${from === 'env' ? `the environment has no ${value}` : `${value} is no file that can be read`}`, 400);
    given[id] = content.toString('base64');
  }
  const header = Buffer.from(JSON.stringify(given)).toString('base64');
  if (header.length > MAX_SECRETS * 1.5) throw new ShellError(`secrets: more than ${MAX_SECRETS} bytes together`, 400);
  return { 'X-Slipway-Build-Secrets': header };
}

/** Logins for the images that the Dockerfile builds on. */
async function loginHeader({ context, dockerfile }: ImageBuild, { registries }: TaskContext): Promise<Record<string, string>> {
  const content = isAddress(context) ? null : await readDockerfile(context, dockerfile);
  const logins: Record<string, unknown> = {};
  for (const image of content ? dockerfileFacts(content.toString('utf8')).images : []) {
    // A name with a variable in it, or none at all, has no login.
    const [auth] = Object.values(await registries.headersFor(image).catch(() => ({})));
    const host = /^([^/]+[.:][^/]*|localhost)\//.exec(image)?.[1] ?? 'docker.io';
    if (typeof auth === 'string') logins[host] = JSON.parse(Buffer.from(auth, 'base64').toString('utf8'));
  }
  return Object.keys(logins).length === 0 ? {} : { 'X-Registry-Config': Buffer.from(JSON.stringify(logins)).toString('base64') };
}

async function* counted(body: AsyncIterable<Uint8Array>, tell: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let told = 0;
  for await (const chunk of body) {
    yield chunk;
    bytes += chunk.byteLength;
    if (bytes - told < REPORT_EVERY) continue;
    told = bytes;
    tell(bytes);
  }
}
