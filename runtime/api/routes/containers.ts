import { EngineError, isKind } from '../../base/errors.ts';
import type { StopOptions, WaitCondition } from '../../container/container-service.ts';
import { containerConfigSchema, updateConfigSchema } from '../../formats/docker/container-config.ts';
import type { ApiBackends } from '../backends.ts';
import { readBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { flag, integer, required } from '../query.ts';
import { sendEmpty, sendJson, untilHangup } from '../reply.ts';

type Backends = Pick<ApiBackends, 'containers' | 'images'>;

const MAX_SECONDS = 2 ** 31 - 1;
const WAIT_CONDITIONS: readonly WaitCondition[] = ['not-running', 'next-exit', 'removed'];

const nameOf = (context: RequestContext): string => context.params['name'] ?? '';

/**
 * Clients take 404 of a create for a missing image, or one for another platform, and go to pull it, so anything else that is not there is an error
 * of the request.
 */
function refusedCreate(error: unknown, image: string, { images }: Backends): unknown {
  if (!isKind(error, 'NotFound') || error.details['platform'] !== undefined) return error;
  try {
    images.resolve(image);
  } catch {
    return error;
  }
  return new EngineError('InvalidArgument', error.message, { cause: error });
}

async function create(context: RequestContext, backends: Backends): Promise<void> {
  const config = await readBody(context, containerConfigSchema);
  const name = context.query.get('name')?.replace(/^\//, '');
  const platform = context.query.get('platform');
  try {
    const created = await backends.containers.create(config, { ...(name ? { name } : {}), ...(platform ? { platform } : {}) });
    sendJson(context, 201, { Id: created.id, Warnings: created.warnings });
  } catch (error) {
    throw refusedCreate(error, config.Image, backends);
  }
}

function stopOptions({ query }: RequestContext): StopOptions {
  const signal = query.get('signal');
  const timeout = integer(query, 't', { min: -1, max: MAX_SECONDS });
  return { ...(signal ? { signal } : {}), ...(timeout === undefined ? {} : { timeout }) };
}

/** The head goes out once the wait cannot miss the exit any more: clients start the container only then. */
async function wait(context: RequestContext, { containers }: Backends): Promise<void> {
  const asked = context.query.get('condition') || 'not-running';
  const condition = WAIT_CONDITIONS.find((one) => one === asked);
  if (!condition) throw new EngineError('InvalidArgument', `invalid condition: ${JSON.stringify(asked.slice(0, 100))}`);
  const { response } = context;
  const armed = (): void => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.flushHeaders();
  };
  const result = await containers.wait(nameOf(context), condition, { signal: untilHangup(context), armed });
  if (!response.headersSent) armed();
  response.end(`${JSON.stringify({ StatusCode: result.exitCode, ...(result.error === '' ? {} : { Error: { Message: result.error } }) })}\n`);
}

async function update(context: RequestContext, { containers }: Backends): Promise<void> {
  const config = await readBody(context, updateConfigSchema);
  sendJson(context, 200, { Warnings: await containers.update(nameOf(context), config) });
}

async function top(context: RequestContext, { containers }: Backends): Promise<void> {
  const table = await containers.top(nameOf(context), context.query.get('ps_args') || '-ef');
  sendJson(context, 200, { Titles: table.titles, Processes: table.processes });
}

/** Rows and columns of a terminal from `h` and `w`. */
export function terminalSize({ query }: RequestContext): { readonly rows: number; readonly columns: number } {
  const range = { min: 0, max: 65_535 };
  required(query, 'h');
  required(query, 'w');
  return { rows: integer(query, 'h', range) ?? 0, columns: integer(query, 'w', range) ?? 0 };
}

export function containerRoutes(backends: Backends): readonly ApiRoute[] {
  const { containers } = backends;
  /** A verb that answers 204 once it is done. */
  const verb = (word: string, act: (name: string, context: RequestContext) => Promise<void> | void): ApiRoute => ({
    method: 'POST',
    pattern: `/containers/{name}/${word}`,
    handler: async (context) => {
      await act(nameOf(context), context);
      sendEmpty(context, 204);
    },
  });
  return [
    { method: 'POST', pattern: '/containers/create', handler: (context) => create(context, backends) },
    verb('start', (name) => containers.start(name)),
    verb('stop', (name, context) => containers.stop(name, stopOptions(context))),
    verb('restart', (name, context) => containers.restart(name, stopOptions(context))),
    verb('kill', (name, { query }) => containers.kill(name, query.get('signal') || 'SIGKILL')),
    verb('pause', (name) => containers.pause(name)),
    verb('unpause', (name) => containers.unpause(name)),
    verb('rename', (name, { query }) => {
      const to = query.get('name')?.replace(/^\//, '');
      if (!to) throw new EngineError('InvalidArgument', 'Neither old nor new names may be empty');
      containers.rename(name, to);
    }),
    { method: 'POST', pattern: '/containers/{name}/update', handler: (context) => update(context, backends) },
    {
      method: 'POST',
      pattern: '/containers/{name}/resize',
      handler: async (context) => {
        const { rows, columns } = terminalSize(context);
        await containers.resize(nameOf(context), rows, columns);
        sendEmpty(context, 200);
      },
    },
    { method: 'POST', pattern: '/containers/{name}/wait', handler: (context) => wait(context, backends) },
    { method: 'GET', pattern: '/containers/{name}/top', handler: (context) => top(context, backends) },
    {
      method: 'DELETE',
      pattern: '/containers/{name}',
      handler: async (context) => {
        await containers.remove(nameOf(context), { force: flag(context.query, 'force'), volumes: flag(context.query, 'v') });
        sendEmpty(context, 204);
      },
    },
  ];
}
