import { EngineError } from '../../base/errors.ts';
import { decimalSize } from '../../base/units.ts';
import { applyChanges } from '../../formats/dockerfile/changes.ts';
import { parsePlatform } from '../../formats/platform.ts';
import { familiarString, newName } from '../../formats/reference.ts';
import type { LoadProgress } from '../../image/image-service.ts';
import type { ApiBackends } from '../backends.ts';
import { bodyOf } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { withProgress } from '../progress-stream.ts';
import { flag } from '../query.ts';
import { openJsonStream, sendArchive } from '../reply.ts';
import { pull } from './image-pull.ts';

type Backends = Pick<ApiBackends, 'images'>;

const STATUS: Readonly<Record<LoadProgress['phase'], string>> = { reading: 'Reading archive', extracting: 'Loading layer', done: 'Loaded layer' };

/** Docker's progress object: clients draw the bar, older ones print `progress`. */
function progressJson(progress: LoadProgress): object {
  const { id, phase, current, total } = progress;
  const detail = phase === 'done' ? {} : { current, ...(total === undefined ? {} : { total }) };
  const text = phase === 'done' ? {} : { progress: total === undefined ? decimalSize(current) : `${decimalSize(current)}/${decimalSize(total)}` };
  return { id, status: STATUS[phase], progressDetail: detail, ...text };
}

async function load(context: RequestContext, { images }: Backends): Promise<void> {
  const isQuiet = flag(context.query, 'quiet');
  await withProgress(context, async (stream) => {
    const onProgress = (progress: LoadProgress): void => stream.progress(progress.id, progress.phase, progressJson(progress));
    const names = await images.load(bodyOf(context), { signal: context.signal, ...(isQuiet ? {} : { onProgress }) });
    for (const name of names) stream.send({ stream: name.startsWith('sha256:') ? `Loaded image ID: ${name}\n` : `Loaded image: ${name}\n` });
  });
}

/** `docker import`: the body, or nothing else, since other sources would have the engine fetch addresses. */
async function importRootfs(context: RequestContext, { images }: Backends): Promise<void> {
  const { query } = context;
  if (query.get('fromSrc') !== '-') throw new EngineError('Unsupported', 'fromSrc: only the request body ("-") can be imported');
  const config = applyChanges({}, query.getAll('changes'));
  const repo = query.get('repo');
  const tag = query.get('tag') ?? '';
  const message = query.get('message');
  const platform = query.get('platform') ? parsePlatform(query.get('platform') ?? '') : undefined;
  if (platform !== undefined && platform.os !== 'linux') throw new EngineError('InvalidArgument', 'platform: operating system is not supported');
  const id = await images.importRootfs(bodyOf(context), {
    signal: context.signal,
    config,
    ...(repo ? { reference: familiarString(newName(repo, tag)) } : {}),
    ...(message ? { message } : {}),
    ...(platform === undefined ? {} : { platform }),
  });
  const stream = openJsonStream(context);
  stream.send({ status: id });
  stream.end();
}

async function create(context: RequestContext, backends: Backends): Promise<void> {
  if (context.query.get('fromImage')) {
    await pull(context, backends);
    return;
  }
  if (!context.query.get('fromSrc')) throw new EngineError('InvalidArgument', 'fromSrc: a value is required');
  await importRootfs(context, backends);
}

/** `docker save`. */
async function save(context: RequestContext, { images }: Backends, names: readonly string[]): Promise<void> {
  if (names.length === 0) throw new EngineError('InvalidArgument', 'names: a value is required');
  await sendArchive(context, images.save(names, context.signal), 'application/x-tar');
}

export function imageLoadRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/images/get', handler: (context) => save(context, backends, context.query.getAll('names').filter(Boolean)) },
    { method: 'GET', pattern: '/images/{name}/get', handler: (context) => save(context, backends, [context.params['name'] ?? '']) },
    { method: 'POST', pattern: '/images/load', handler: (context) => load(context, backends) },
    { method: 'POST', pattern: '/images/create', handler: (context) => create(context, backends) },
  ];
}
