import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { messageOf } from '../../base/errors.ts';
import { type EngineClient, named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { CliError, EXIT_ENGINE, startFailureCode } from '../errors.ts';
import { print } from '../output.ts';
import { createBody, type RunFlags } from '../run-options.ts';
import { copyOutput } from '../streams.ts';
import { followSize, forwardSignals, rawTerminal, requireTerminal, sendInput } from '../terminal.ts';

const createdSchema = z.looseObject({ Id: z.string(), Warnings: z.array(z.string()).nullish() });
const exitSchema = z.looseObject({ StatusCode: z.number(), Error: z.looseObject({ Message: z.string() }).nullish() });
const stateSchema = z.looseObject({ State: z.looseObject({ Running: z.boolean() }) });

/** How long the exit code may take after the end of the output before the container is asked whether it still runs. */
const DETACHED_AFTER_MS = 200;

async function start(engine: EngineClient, id: string, rm: boolean): Promise<void> {
  try {
    await engine.call('POST', `/containers/${id}/start`);
  } catch (error) {
    if (rm) await engine.call('DELETE', `/containers/${id}`, { query: { force: true } }).catch(() => undefined);
    throw new CliError(messageOf(error), { exitCode: startFailureCode(messageOf(error)), cause: error });
  }
}

/** Null when the output has ended because somebody detached and the container goes on. */
async function exitCode(engine: EngineClient, id: string, exited: Promise<number>): Promise<number | null> {
  const soon = await Promise.race([exited, sleep(DETACHED_AFTER_MS, null, { ref: false })]);
  if (soon !== null) return soon;
  const running = await engine.json(stateSchema, 'GET', `/containers/${id}/json`).then(
    (one) => one.State.Running,
    () => false,
  );
  return running ? null : exited;
}

async function runAttached(engine: EngineClient, id: string, flags: RunFlags): Promise<number> {
  const query = { stream: true, stdin: flags.interactive, stdout: true, stderr: true };
  const { socket, multiplexed } = await engine.hijack(`/containers/${id}/attach`, { query });
  // The head of the answer says that the wait cannot miss the exit any more.
  const wait = await engine.open('POST', `/containers/${id}/wait`, { query: { condition: flags.rm ? 'removed' : 'next-exit' } });
  const exited = (async () => {
    let text = '';
    for await (const chunk of wait) text += String(chunk);
    const { StatusCode, Error: failure } = exitSchema.parse(JSON.parse(text));
    if (failure) throw new CliError(failure.Message, { exitCode: EXIT_ENGINE });
    return StatusCode;
  })();
  exited.catch(() => undefined);
  try {
    const started = start(engine, id, flags.rm === true);
    // From before it runs: a signal of that moment would end this program and leave the container.
    using _signals = forwardSignals(async (signal) => {
      await started;
      await engine.call('POST', `/containers/${id}/kill`, { query: { signal } });
    });
    await started;
    using _raw = flags.tty && flags.interactive ? rawTerminal() : null;
    using _size = flags.tty ? followSize(({ rows, columns }) => engine.call('POST', `/containers/${id}/resize`, { query: { h: rows, w: columns } })) : null;
    using _input = flags.interactive ? sendInput(socket) : null;
    await copyOutput(socket, multiplexed);
    return (await exitCode(engine, id, exited)) ?? 0;
  } finally {
    socket.destroy();
    wait.destroy();
  }
}

async function run(context: CliContext, image: string, command: readonly string[], flags: RunFlags): Promise<void> {
  if (!flags.detach) requireTerminal(flags);
  const engine = context.engine();
  const body = createBody(image, command, flags, process.env);
  const created = await engine.json(createdSchema, 'POST', '/containers/create', { query: { name: flags.name }, body });
  for (const warning of created.Warnings ?? []) await print(`Warning: ${warning}\n`, process.stderr);
  if (flags.detach) {
    await start(engine, created.Id, flags.rm === true);
    await print(`${created.Id}\n`);
    return;
  }
  context.setExitCode(await runAttached(engine, named(created.Id), flags));
}

const list = (value: string, before: string[]): string[] => [...before, value];

export function addRun(program: Command, context: CliContext): void {
  program
    .command('run <image> [command...]')
    .description('create a container from an image and start it')
    .passThroughOptions()
    .option('-d, --detach', 'leave it in the background and print its id')
    .option('-i, --interactive', 'send it the input of this program')
    .option('-t, --tty', 'give it a terminal')
    .option('--rm', 'remove it when it ends')
    .option('--name <name>', 'its name')
    .option('-e, --env <name=value>', 'a variable of its environment', list, [])
    .option('--env-file <file>', 'variables, one a line', list, [])
    .option('-v, --volume <source:target[:ro]>', 'a directory of the host in it', list, [])
    .option('-w, --workdir <path>', 'where its command begins')
    .option('-u, --user <user[:group]>', 'who runs its command')
    .option('--network <network>', 'bridge, host or none')
    .option('-m, --memory <size>', 'limit of its memory, such as 512m')
    .option('--cpus <number>', 'limit of its processors, such as 1.5')
    .option('--pids-limit <number>', 'limit of its processes')
    .option('--entrypoint <program>', 'instead of what the image says')
    .option('-l, --label <name=value>', 'a label', list, [])
    .option('-h, --hostname <name>', 'its host name')
    .option('--read-only', 'nothing in its root can be written')
    .option('--privileged', 'all that the host may do')
    .option('--cap-add <capability>', 'a capability more', list, [])
    .option('--cap-drop <capability>', 'a capability less', list, [])
    .option('--init', 'a first process that reaps others')
    .helpOption('--help')
    .action(async (image: string, command: string[], flags: RunFlags) => {
      try {
        await run(context, image, command, flags);
      } catch (error) {
        if (error instanceof CliError && error.exitCode !== 1) throw error;
        throw new CliError(messageOf(error), { exitCode: EXIT_ENGINE, cause: error });
      }
    });
}
