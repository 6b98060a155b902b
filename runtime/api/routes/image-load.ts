import { EngineError, messageOf } from '../../base/errors.ts';
import { decimalSize } from '../../base/units.ts';
import { applyChanges } from '../../formats/dockerfile/changes.ts';
import type { LoadProgress } from '../../image/image-service.ts';
import type { ApiBackends } from '../backends.ts';
import { bodyOf } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { flag } from '../query.ts';
import { openJsonStream } from '../reply.ts';

type Backends = Pick<ApiBackends, 'images'>;

const PROGRESS_INTERVAL_MS = 100;

const STATUS: Readonly<Record<LoadProgress['phase'], string>> = { reading: 'Reading archive', extracting: 'Loading layer', done: 'Loaded layer' };

/** Docker's progress object: clients draw the bar, older ones print `progress`. */
function progressJson(progress: LoadProgress): object {
  const { id, phase, current, total } = progress;
  const detail = phase === 'done' ? {} : { current, ...(total === undefined ? {} : { total }) };
  const text = phase === 'done' ? {} : { progress: total === undefined ? decimalSize(current) : `${decimalSize(current)}/${decimalSize(total)}` };
  return { id, status: STATUS[phase], progressDetail: detail, ...text };
}

/** What fails before the first line has a status; what fails later is the last line. */
async function load(context: RequestContext, { images }: Backends): Promise<void> {
  let stream: ReturnType<typeof openJsonStream> | null = null;
  const open = (): ReturnType<typeof openJsonStream> => (stream ??= openJsonStream(context));
  const last = new Map<string, number>();
  const onProgress = (progress: LoadProgress): void => {
    const now = performance.now();
    const pause = progress.phase !== 'done' && now - (last.get(progress.id) ?? Number.NEGATIVE_INFINITY) < PROGRESS_INTERVAL_MS;
    // A client that does not read its progress gets less of it; the load does not wait for it.
    if (pause || context.response.writableNeedDrain) return;
    last.set(progress.id, now);
    open().send(progressJson(progress));
  };
  try {
    const names = await images.load(bodyOf(context), { signal: context.signal, ...(flag(context.query, 'quiet') ? {} : { onProgress }) });
    for (const name of names) open().send({ stream: name.startsWith('sha256:') ? `Loaded image ID: ${name}\n` : `Loaded image: ${name}\n` });
    open().end();
  } catch (error) {
    if (context.signal.aborted || !context.response.headersSent) throw error;
    const message = messageOf(error);
    open().send({ errorDetail: { message }, error: message });
    open().end();
  }
}

/** `docker import`: the body, or nothing else, since other sources would have the engine fetch addresses. */
async function importRootfs(context: RequestContext, { images }: Backends): Promise<void> {
  const { query } = context;
  if (query.get('fromSrc') !== '-') throw new EngineError('Unsupported', 'fromSrc: only the request body ("-") can be imported');
  const config = applyChanges({}, query.getAll('changes'));
  const repo = query.get('repo');
  const tag = query.get('tag');
  const message = query.get('message');
  const id = await images.importRootfs(bodyOf(context), {
    signal: context.signal,
    config,
    ...(repo ? { reference: tag ? `${repo}:${tag}` : repo } : {}),
    ...(message ? { message } : {}),
  });
  const stream = openJsonStream(context);
  stream.send({ status: id });
  stream.end();
}

async function create(context: RequestContext, backends: Backends): Promise<void> {
  const wanted = context.query.get('fromImage');
  if (wanted) {
    throw new EngineError('NotFound', `pull access denied for ${wanted}: this engine cannot pull from registries yet; load an archive of the image instead`);
  }
  if (!context.query.get('fromSrc')) throw new EngineError('InvalidArgument', 'fromSrc: a value is required');
  await importRootfs(context, backends);
}

export function imageLoadRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'POST', pattern: '/images/load', handler: (context) => load(context, backends) },
    { method: 'POST', pattern: '/images/create', handler: (context) => create(context, backends) },
  ];
}
