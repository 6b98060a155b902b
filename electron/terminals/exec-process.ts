import { z } from 'zod';
import { type EngineClient, enginePath } from '../engine/http-client.ts';
import type { TerminalTarget } from '../ipc/contract/terminals.ts';
import { DETACH_KEYS, resizer, socketProcess } from './socket-process.ts';
import type { StartTerminal, TerminalSize } from './terminal-process.ts';

type ExecTarget = Extract<TerminalTarget, { kind: 'exec' }>;

const createdSchema = z.looseObject({ Id: z.string() });
const execSchema = z.looseObject({ ExitCode: z.number().nullish(), Running: z.boolean().nullish(), Pid: z.number().int().nullish() });

/** Colours and the locale's letters are what a person at a terminal expects; an image often says neither. */
const ENVIRONMENT = ['TERM=xterm-256color', 'COLORTERM=truecolor'];

/** A command in a running container. */
export function execProcess(engine: EngineClient, target: ExecTarget): StartTerminal {
  return async (size, output) => {
    const id = await createExec(engine, target, size);
    const start = { Detach: false, Tty: true, ConsoleSize: [size.rows, size.columns] };
    const { socket } = await engine.upgrade(enginePath('exec', id, 'start'), start, new AbortController().signal);
    const inspect = async () => execSchema.parse(await engine.json('GET', enginePath('exec', id, 'json')));
    const process = socketProcess(
      {
        socket,
        resize: resizer(engine, 'exec', id),
        exitCode: async () => (await inspect()).ExitCode ?? 0,
        hangUp: async () => hangUp(await inspect()),
      },
      output,
    );
    // An engine that does not know ConsoleSize gets the size this way.
    void process.resize(size);
    return process;
  };
}

async function createExec(engine: EngineClient, target: ExecTarget, { rows, columns }: TerminalSize): Promise<string> {
  const json = {
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
    DetachKeys: DETACH_KEYS,
    Cmd: target.command,
    Env: ENVIRONMENT,
    ConsoleSize: [rows, columns],
    ...(target.user !== '' && { User: target.user }),
    ...(target.workingDir !== '' && { WorkingDir: target.workingDir }),
  };
  return createdSchema.parse(await engine.json('POST', enginePath('containers', target.id, 'exec'), { json })).Id;
}

/**
 * What a closed terminal window does to its shell. The Docker API has no word for it and leaves the process running;
 * it ends where this program may signal it, which is where engine and shell are one user's on one kernel.
 */
function hangUp({ Running, Pid }: z.infer<typeof execSchema>): void {
  if (Running && Pid && Pid > 1) process.kill(Pid, 'SIGHUP');
}
