import { z } from 'zod';
import { type EngineClient, enginePath } from '../engine/http-client.ts';
import { DEBUG_LABEL, type TerminalTarget } from '../ipc/contract/terminals.ts';
import { ShellError } from '../ipc/failure.ts';
import { chooseDebugImage } from './debug-image.ts';
import { DETACH_KEYS, resizer, socketProcess } from './socket-process.ts';
import type { StartTerminal, TerminalSize } from './terminal-process.ts';

/** Label with the process that removes the debug shell when it is closed. */
const OWNER_LABEL = 'io.slipway.debug.owner';

type DebugTarget = Extract<TerminalTarget, { kind: 'debug' }>;

const targetSchema = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  State: z.looseObject({ Running: z.boolean().nullish(), Pid: z.number().int().nullish() }),
  HostConfig: z.looseObject({ IpcMode: z.string().nullish(), PidMode: z.string().nullish() }),
});
type Target = z.infer<typeof targetSchema>;
const statSchema = z.looseObject({ Path: z.string() });
const createdSchema = z.looseObject({ Id: z.string() });
const exitSchema = z.looseObject({ StatusCode: z.number() });
const listSchema = z.array(z.looseObject({ Id: z.string(), Labels: z.record(z.string(), z.string()).nullish() }));

/** The best shell of whatever image it is; the one with line editing first. */
const COMMAND = [
  '-c',
  // A folder that is gone, or leads elsewhere by a link, is told in the shell's own words.
  'if [ -n "$SLIPWAY_HINT" ]; then printf "\\033[2m%s\\033[0m\\n" "$SLIPWAY_HINT"; unset SLIPWAY_HINT; fi; if [ -n "$SLIPWAY_CD" ]; then cd -- "$SLIPWAY_CD"; unset SLIPWAY_CD; fi; if command -v bash >/dev/null 2>&1; then exec bash --norc -i; fi; if command -v busybox >/dev/null 2>&1; then exec busybox sh -i; fi; exec sh -i',
];

/**
 * A shell beside a container that may have none: a container of its own in the other's process, network and, where it is shared, IPC
 * namespaces, with the other's files at /proc/1/root. It is removed when it ends. Nothing of the target is run and nothing is mounted into it, so
 * that absolute links among its files lead to the toolbox's own: `hint` says so.
 */
export function debugProcess(engine: EngineClient, { id, image, workingDir, hint }: DebugTarget): StartTerminal {
  return async (size, output) => {
    await removeAbandoned(engine);
    const target = targetSchema.parse(await engine.json('GET', enginePath('containers', id, 'json')));
    if (!target.State.Running) throw new ShellError('the container is not running', 409);
    const folder = workingDir === '' ? '' : await resolved(engine, id, workingDir);
    const toolbox = image === '' ? await chooseDebugImage(engine) : image;
    const created = createdSchema.parse(await engine.json('POST', '/containers/create', { json: debugBody(target, toolbox, size, { folder, hint }) })).Id;
    const remove = () => engine.json('DELETE', enginePath('containers', created), { query: { force: true, v: true } });
    try {
      const query = new URLSearchParams({ stream: '1', stdin: '1', stdout: '1', stderr: '1', detachKeys: DETACH_KEYS });
      const { socket } = await engine.upgrade(`${enginePath('containers', created, 'attach')}?${query}`, {}, new AbortController().signal);
      // Asked before it starts: it is removed with its end.
      const exit = engine.json('POST', enginePath('containers', created, 'wait'), { query: { condition: 'next-exit' } });
      exit.catch(() => undefined);
      await engine.json('POST', enginePath('containers', created, 'start'));
      const exitCode = async () => exitSchema.parse(await exit).StatusCode;
      return socketProcess({ socket, resize: resizer(engine, 'containers', created), exitCode, hangUp: remove }, output);
    } catch (error) {
      await remove().catch(() => undefined);
      throw error;
    }
  };
}

/** Where a folder is once links are followed as the container itself does: the kernel would follow them from the toolbox's own root. */
async function resolved(engine: EngineClient, id: string, path: string): Promise<string> {
  const query = { path, follow: true };
  // What is not there is told by the shell, which is of use without it.
  const stat = engine.json('GET', enginePath('slipway', 'v1', 'containers', id, 'stat'), { query });
  return await stat.then((found) => statSchema.parse(found).Path).catch(() => path);
}

interface Beginning {
  readonly folder: string;
  readonly hint: string;
}

/** The body of Docker's `POST /containers/create`. */
function debugBody(target: Target, image: string, { rows, columns }: TerminalSize, { folder, hint }: Beginning): Record<string, unknown> {
  const { IpcMode, PidMode } = target.HostConfig;
  const other = `container:${target.Id}`;
  // Only a shareable IPC namespace may be joined.
  const ipc = IpcMode === 'shareable' || IpcMode === 'host' || IpcMode?.startsWith('container:') === true;
  const root = rootOf(target, PidMode ?? '');
  const name = target.Name.replace(/^\//, '').replace(/[^\w.-]/g, '');
  return {
    Image: image,
    Entrypoint: ['/bin/sh'],
    Cmd: COMMAND,
    User: '0',
    WorkingDir: '/',
    Tty: true,
    OpenStdin: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Env: [
      'TERM=xterm-256color',
      `PS1=debug:${name} \\w# `,
      ...(root === '' ? [] : [`ROOT=${root}`, ...(folder === '' ? [] : [`SLIPWAY_CD=${root}/${folder}`]), `SLIPWAY_HINT=${hint}`]),
    ],
    Labels: { [DEBUG_LABEL]: target.Id, [OWNER_LABEL]: String(process.pid) },
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      AutoRemove: true,
      ConsoleSize: [rows, columns],
      PidMode: other,
      NetworkMode: other,
      ...(ipc && { IpcMode: other }),
      // What it takes to read another process's /proc entries and to trace it.
      CapAdd: ['SYS_PTRACE'],
    },
  };
}

/** Where the target's files are seen from inside; empty where its processes are numbered by somebody else. */
function rootOf({ State }: Target, pidMode: string): string {
  if (pidMode === '') return '/proc/1/root';
  return pidMode === 'host' && State.Pid ? `/proc/${State.Pid}/root` : '';
}

/** Removes debug shells whose program has died without removing them. */
async function removeAbandoned(engine: EngineClient): Promise<void> {
  const filters = JSON.stringify({ label: [OWNER_LABEL] });
  const rows = listSchema.parse(await engine.json('GET', '/containers/json', { query: { all: true, filters } }));
  const abandoned = rows.filter(({ Labels }) => isGone(Number(Labels?.[OWNER_LABEL])));
  await Promise.allSettled(abandoned.map(({ Id }) => engine.json('DELETE', enginePath('containers', Id), { query: { force: true, v: true } })));
}

function isGone(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
