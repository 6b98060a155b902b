import { z } from 'zod';
import { type EngineClient, enginePath } from '../engine/http-client.ts';
import { ShellError } from '../ipc/failure.ts';
import { DETACH_KEYS, resizer, socketProcess } from './socket-process.ts';
import type { StartTerminal } from './terminal-process.ts';

const inspectSchema = z.looseObject({
  Config: z.looseObject({ Tty: z.boolean().nullish() }),
  State: z.looseObject({ Running: z.boolean().nullish(), ExitCode: z.number().nullish() }),
});

/** How much of what the main process has printed is shown before what it prints now. */
const TAIL = 200;

/** The terminal of a container's own main process. Closing it leaves the process alone. */
export function attachProcess(engine: EngineClient, id: string): StartTerminal {
  return async (size, output) => {
    const inspect = async () => inspectSchema.parse(await engine.json('GET', enginePath('containers', id, 'json')));
    const { Config, State } = await inspect();
    if (!Config.Tty) throw new ShellError('the main process of this container has no terminal', 409);
    if (!State.Running) throw new ShellError('the container is not running', 409);
    const before = await engine.stream('GET', enginePath('containers', id, 'logs'), { query: { stdout: 1, stderr: 1, tail: TAIL } });
    for await (const chunk of before as AsyncIterable<Buffer>) await output(chunk);
    const query = new URLSearchParams({ stream: '1', stdin: '1', stdout: '1', stderr: '1', detachKeys: DETACH_KEYS });
    const { socket } = await engine.upgrade(`${enginePath('containers', id, 'attach')}?${query}`, {}, new AbortController().signal);
    const process = socketProcess({ socket, resize: resizer(engine, 'containers', id), exitCode: async () => (await inspect()).State.ExitCode ?? 0 }, output);
    void process.resize(size);
    return process;
  };
}
