import type { Command } from 'commander';
import { z } from 'zod';
import { messageOf } from '../../base/errors.ts';
import { named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { CliError, startFailureCode } from '../errors.ts';
import { copyOutput } from '../streams.ts';
import { followSize, rawTerminal, requireTerminal, sendInput, terminalSize } from '../terminal.ts';

const createdSchema = z.looseObject({ Id: z.string() });
const stateSchema = z.looseObject({ ExitCode: z.number().nullable(), Running: z.boolean() });

interface ExecFlags {
  readonly detach?: boolean;
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly env: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
  readonly privileged?: boolean;
}

async function exec(context: CliContext, container: string, command: readonly string[], flags: ExecFlags): Promise<void> {
  if (!flags.detach) requireTerminal(flags);
  const engine = context.engine();
  const size = flags.tty ? terminalSize() : null;
  const consoleSize = size ? { ConsoleSize: [size.rows, size.columns] } : {};
  const { Id: id } = await engine.json(createdSchema, 'POST', `/containers/${named(container)}/exec`, {
    body: {
      Cmd: command,
      Env: flags.env,
      User: flags.user,
      WorkingDir: flags.workdir,
      Privileged: flags.privileged,
      Tty: flags.tty === true,
      AttachStdin: flags.interactive === true && !flags.detach,
      AttachStdout: !flags.detach,
      AttachStderr: !flags.detach,
      ...consoleSize,
    },
  });
  const body = { Detach: flags.detach === true, Tty: flags.tty === true, ...consoleSize };
  if (flags.detach) {
    try {
      await engine.call('POST', `/exec/${id}/start`, { body });
    } catch (error) {
      throw new CliError(messageOf(error), { exitCode: startFailureCode(messageOf(error)), cause: error });
    }
    return;
  }
  const { socket, multiplexed } = await engine.hijack(`/exec/${id}/start`, { body });
  try {
    using _raw = flags.tty && flags.interactive ? rawTerminal() : null;
    using _size = flags.tty ? followSize(({ rows, columns }) => engine.call('POST', `/exec/${id}/resize`, { query: { h: rows, w: columns } })) : null;
    using _input = flags.interactive ? sendInput(socket) : null;
    await copyOutput(socket, multiplexed);
  } finally {
    socket.destroy();
  }
  const state = await engine.json(stateSchema, 'GET', `/exec/${id}/json`);
  context.setExitCode(state.ExitCode ?? 0);
}

export function addExec(program: Command, context: CliContext): void {
  program
    .command('exec <container> <command...>')
    .description('run a command in a running container')
    .passThroughOptions()
    .option('-d, --detach', 'leave it in the background')
    .option('-i, --interactive', 'send it the input of this program')
    .option('-t, --tty', 'give it a terminal')
    .option('-e, --env <name=value>', 'a variable of its environment', (value: string, before: string[]) => [...before, value], [])
    .option('-w, --workdir <path>', 'where it begins')
    .option('-u, --user <user[:group]>', 'who runs it')
    .option('--privileged', 'all that the host may do')
    .action((container: string, command: string[], flags: ExecFlags) => exec(context, container, command, flags));
}
