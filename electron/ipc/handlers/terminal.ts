import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { drained } from '../../engine/drained.ts';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { Backend, StreamContext } from '../backend.ts';
import type { StreamParams } from '../contract.ts';

const createdSchema = z.looseObject({ Id: z.string() });
const execSchema = z.looseObject({ ExitCode: z.number().nullish(), Running: z.boolean().nullish(), Pid: z.number().int().nullish() });

export function terminalStreams(engine: EngineClient): Pick<Backend['streams'], 'terminal'> {
  return {
    async terminal(params, stream) {
      const id = await createExec(engine, params);
      const start = { Detach: false, Tty: true, ConsoleSize: [params.rows, params.columns] };
      const { socket } = await engine.upgrade(enginePath('exec', id, 'start'), start, stream.signal);
      // Destroying the connection is how the engine learns that the terminal was closed.
      const destroy = () => socket.destroy();
      stream.signal.addEventListener('abort', destroy);
      socket.on('error', destroy);
      const resize = (rows: number, columns: number) => engine.json('POST', enginePath('exec', id, 'resize'), { query: { h: rows, w: columns } });
      // An engine that does not know ConsoleSize gets the size this way; a command that has already ended has none.
      resize(params.rows, params.columns).catch(() => undefined);
      void forwardInputs(stream, socket, resize);
      try {
        for await (const chunk of socket as AsyncIterable<Buffer>) await stream.send(chunk);
      } finally {
        socket.destroy();
        if (stream.signal.aborted) await hangUp(engine, id);
      }
      const { ExitCode } = execSchema.parse(await engine.json('GET', enginePath('exec', id, 'json')));
      await stream.send({ exitCode: ExitCode ?? 0 });
    },
  };
}

async function createExec(engine: EngineClient, params: StreamParams<'terminal'>): Promise<string> {
  const json = {
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
    Cmd: params.command,
    Env: ['TERM=xterm-256color'],
    ConsoleSize: [params.rows, params.columns],
    ...(params.user !== '' && { User: params.user }),
    ...(params.workingDir !== '' && { WorkingDir: params.workingDir }),
  };
  return createdSchema.parse(await engine.json('POST', enginePath('containers', params.id, 'exec'), { json })).Id;
}

/**
 * What a closed terminal window does to its shell. The Docker API has no word for it and leaves the process running;
 * it ends where this program may signal it, which is where engine and shell are one user's on one kernel.
 */
async function hangUp(engine: EngineClient, id: string): Promise<void> {
  try {
    const { Running, Pid } = execSchema.parse(await engine.json('GET', enginePath('exec', id, 'json')));
    if (Running && Pid && Pid > 1) process.kill(Pid, 'SIGHUP');
  } catch {
    // Gone already, or not ours to signal.
  }
}

async function forwardInputs(stream: StreamContext<'terminal'>, socket: Duplex, resize: (rows: number, columns: number) => Promise<unknown>): Promise<void> {
  for await (const input of stream.inputs) {
    if (socket.destroyed) return;
    if (!(input instanceof Uint8Array)) await resize(input.resize.rows, input.resize.columns).catch(() => undefined);
    else if (!socket.write(input)) await drained(socket);
  }
}
