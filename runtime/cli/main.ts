import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { messageOf } from '../base/errors.ts';
import { DEFAULT_HOST, EngineClient } from './client.ts';
import { addBuild } from './commands/build.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEngine, addServe } from './commands/engine.ts';
import { addExec } from './commands/exec.ts';
import { addImages } from './commands/images.ts';
import { addInspect } from './commands/inspect.ts';
import { addKill } from './commands/kill.ts';
import { addLoad } from './commands/load.ts';
import { addLogin, addLogout } from './commands/login.ts';
import { addLogs } from './commands/logs.ts';
import { addPs } from './commands/ps.ts';
import { addPull, addPush } from './commands/pull.ts';
import { addRm } from './commands/rm.ts';
import { addRmi } from './commands/rmi.ts';
import { addRun } from './commands/run.ts';
import { addStart } from './commands/start.ts';
import { addStats } from './commands/stats.ts';
import { addStop } from './commands/stop.ts';
import { addVersion } from './commands/version.ts';
import type { CliContext } from './context.ts';
import { CliError, EXIT_ENGINE } from './errors.ts';
import { printable } from './output.ts';

const COMMANDS = [
  ...[addPs, addImages, addRun, addExec, addLogs, addStop, addStart, addKill, addRm, addRmi],
  ...[addPull, addPush, addLogin, addLogout],
  ...[addBuild, addLoad, addInspect, addStats, addServe, addEngine, addDoctor, addVersion],
];

/** Resolves to the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('slipway')
    .description('containers on this machine')
    .version(packageJson.version)
    .option('-H, --host <unix:///path>', 'the engine to talk to', process.env['SLIPWAY_HOST'] ?? DEFAULT_HOST)
    .enablePositionalOptions();
  const context: CliContext = {
    engine: () => new EngineClient(program.opts<{ host: string }>().host),
    setExitCode: (code) => {
      exitCode = code;
    },
  };
  for (const add of COMMANDS) add(program, context);
  let refused = 1;
  for (const command of [program, ...program.commands]) {
    command.exitOverride((error) => {
      // What a user got wrong in the options must not look like a failure of the command in the container.
      if (command.name() === 'run' || command.name() === 'exec') refused = EXIT_ENGINE;
      throw error;
    });
  }
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : refused;
    process.stderr.write(`slipway: ${printable(messageOf(error))}\n`);
    return error instanceof CliError ? error.exitCode : 1;
  }
  return exitCode;
}

// A reader that has seen enough (`| head`) ends the program quietly.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(0));
process.exitCode = await main(process.argv);
