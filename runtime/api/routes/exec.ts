import { z } from 'zod';
import { EngineError, isKind, messageOf } from '../../base/errors.ts';
import type { ExecConfig, ExecState } from '../../container/container-service.ts';
import { pump } from '../attached.ts';
import type { ApiBackends } from '../backends.ts';
import { readBody, readOptionalBody } from '../body.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { FrameWriter } from '../frame-writer.ts';
import { hijack, rawContentType } from '../hijack.ts';
import { sendEmpty, sendJson } from '../reply.ts';
import { terminalSize } from './containers.ts';

type Backends = Pick<ApiBackends, 'containers'>;

const consoleSize = z.tuple([z.number().int().min(0).max(65_535), z.number().int().min(0).max(65_535)]).nullish();

const createSchema = z.object({
  AttachStdin: z.boolean().nullish(),
  AttachStdout: z.boolean().nullish(),
  AttachStderr: z.boolean().nullish(),
  Tty: z.boolean().nullish(),
  Cmd: z.union([z.array(z.string()), z.string().transform((text) => [text])]).nullish(),
  Env: z.array(z.string()).nullish(),
  User: z.string().nullish(),
  WorkingDir: z.string().nullish(),
  Privileged: z.boolean().nullish(),
  DetachKeys: z.string().nullish(),
  ConsoleSize: consoleSize,
});

const startSchema = z.object({ Detach: z.boolean().nullish(), Tty: z.boolean().nullish(), ConsoleSize: consoleSize });

type Size = { readonly rows: number; readonly columns: number };

function sizeFrom(size: z.output<typeof consoleSize>): { readonly consoleSize?: Size } {
  return size && size[0] > 0 && size[1] > 0 ? { consoleSize: { rows: size[0], columns: size[1] } } : {};
}

async function create(context: RequestContext, { containers }: Backends): Promise<void> {
  const body = await readBody(context, createSchema);
  if (!body.Cmd?.length) throw new EngineError('InvalidArgument', 'No exec command specified');
  const config: ExecConfig = {
    attachStdin: body.AttachStdin ?? false,
    attachStdout: body.AttachStdout ?? false,
    attachStderr: body.AttachStderr ?? false,
    tty: body.Tty ?? false,
    cmd: body.Cmd,
    env: body.Env ?? [],
    user: body.User ?? '',
    workingDir: body.WorkingDir ?? '',
    privileged: body.Privileged ?? false,
    detachKeys: body.DetachKeys ?? '',
    ...sizeFrom(body.ConsoleSize),
  };
  sendJson(context, 201, { Id: containers.execCreate(context.params['name'] ?? '', config) });
}

/** A command that cannot be run is told in the stream, as clients read the exit code from inspect afterwards. */
function explain(context: RequestContext, state: ExecState, error: unknown): void {
  const connection = hijack(context, rawContentType(context.version, !state.tty));
  const writer = new FrameWriter(connection, !state.tty);
  writer.push(1, Buffer.from(`${messageOf(error)}\r\n`));
  writer.flush();
  void (async () => {
    for await (const _ of connection.input);
  })();
  connection.end();
}

async function start(context: RequestContext, { containers }: Backends): Promise<void> {
  const id = context.params['id'] ?? '';
  const body = await readOptionalBody(context, startSchema);
  const state = containers.execInspect(id);
  const size = sizeFrom(body.ConsoleSize);
  if (body.Detach) {
    await containers.execStart(id, { attach: false, ...size, signal: context.signal });
    sendEmpty(context, 200);
    return;
  }
  let started: Awaited<ReturnType<typeof containers.execStart>>;
  try {
    started = await containers.execStart(id, { attach: true, ...size, signal: context.signal });
  } catch (error) {
    if (!isKind(error, 'InvalidArgument')) throw error;
    explain(context, state, error);
    return;
  }
  await using streams = started;
  if (!streams) throw new EngineError('Internal', 'an attached exec has no streams');
  const connection = hijack(context, rawContentType(context.version, !streams.tty));
  await pump(connection, streams, { stdin: state.attachStdin, closeStdin: !streams.tty });
}

function execJson(state: ExecState): object {
  const [entrypoint = '', ...rest] = state.cmd;
  return {
    ID: state.id,
    Running: state.running,
    ExitCode: state.exitCode,
    ProcessConfig: { tty: state.tty, entrypoint, arguments: rest, privileged: state.privileged, ...(state.user === '' ? {} : { user: state.user }) },
    OpenStdin: state.attachStdin,
    OpenStderr: state.attachStderr,
    OpenStdout: state.attachStdout,
    CanRemove: !state.running && state.exitCode !== null,
    ContainerID: state.containerId,
    DetachKeys: state.detachKeys,
    Pid: state.pid,
  };
}

export function execRoutes(backends: Backends): readonly ApiRoute[] {
  const { containers } = backends;
  return [
    { method: 'POST', pattern: '/containers/{name}/exec', handler: (context) => create(context, backends) },
    { method: 'POST', pattern: '/exec/{id}/start', handler: (context) => start(context, backends) },
    {
      method: 'POST',
      pattern: '/exec/{id}/resize',
      handler: async (context) => {
        const { rows, columns } = terminalSize(context);
        await containers.execResize(context.params['id'] ?? '', rows, columns);
        sendEmpty(context, 200);
      },
    },
    {
      method: 'GET',
      pattern: '/exec/{id}/json',
      handler: (context) => sendJson(context, 200, execJson(containers.execInspect(context.params['id'] ?? ''))),
    },
  ];
}
