#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { messageOf } from '../base/errors.ts';
import { type CreateOptions, create } from './create.ts';
import { kill, remove } from './end.ts';
import { features } from './features.ts';
import { run } from './run.ts';
import { start } from './start.ts';
import { listIds, readState } from './state.ts';

const DEFAULT_ROOT = '/run/slipway-runtime';
type BundleOptions = Omit<CreateOptions, 'root'> & { readonly detach?: boolean };

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function withBundle(command: Command): Command {
  return (
    command
      .argument('<id>')
      .option('-b, --bundle <directory>', 'where config.json lies', '.')
      .option('--console-socket <path>', 'gets the master of the terminal by SCM_RIGHTS')
      .option('--pid-file <file>', "gets the pid of the container's first process")
      // Accepted from callers that give them to every runtime; what they say is so here anyway, or has no effect.
      .option('--no-pivot', 'refused by nobody, and without effect')
      .option('--no-new-keyring', 'without effect')
  );
}

/** Resolves to the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command('slipway-runtime')
    .description('runs bundles of the OCI runtime specification')
    .version(`slipway-runtime version ${packageJson.version}\nspec: 1.2.0`, '-v, --version')
    .option('--root <directory>', 'where the state of containers is kept', DEFAULT_ROOT)
    .option('--log <file>', 'accepted; messages go to stderr')
    .option('--log-format <format>', 'accepted; messages are text')
    .option('--debug', 'accepted')
    .enablePositionalOptions()
    .exitOverride();
  const root = (): string => program.opts<{ root: string }>().root;
  withBundle(program.command('create').description('prepares a container up to the moment before its program')).action((id: string, options: BundleOptions) =>
    create(id, { ...options, root: root() }),
  );
  withBundle(program.command('run').description('create and start; waits for the end and removes it, unless detached'))
    .option('-d, --detach', 'do not wait')
    .option('--keep', 'do not remove it at its end')
    .action(async (id: string, options: BundleOptions & { readonly keep?: boolean }) => {
      exitCode = await run(id, { ...options, root: root() });
    });
  const byId = (name: string, description: string): Command => program.command(name).description(description).argument('<id>');
  byId('start', 'runs the program of a created container').action(async (id: string) => {
    await using _monitor = await start(root(), id);
  });
  byId('state', 'prints the state as JSON').action(async (id: string) => print(await readState(root(), id)));
  byId('kill', 'sends a signal')
    .argument('[signal]', 'name or number', 'SIGTERM')
    .action((id: string, signal: string) => kill(root(), id, signal));
  byId('delete', 'removes a stopped container')
    .option('-f, --force', 'kill it first, and be content when there is none')
    .action((id: string, options: { readonly force?: boolean }) => remove(root(), id, { force: options.force === true }));
  program
    .command('list')
    .option('-q, --quiet', 'ids alone')
    .option('-f, --format <format>', 'table or json', 'table')
    .action(async (options: { readonly quiet?: boolean; readonly format: string }) => {
      const states = await Promise.all(listIds(root()).map((id) => readState(root(), id).catch(() => null)));
      const rows = states.filter((state) => state !== null);
      if (options.quiet) process.stdout.write(rows.map(({ id }) => `${id}\n`).join(''));
      else if (options.format === 'json') print(rows);
      else
        process.stdout.write(['ID\tPID\tSTATUS\tBUNDLE', ...rows.map(({ id, pid, status, bundle }) => `${id}\t${pid}\t${status}\t${bundle}`), ''].join('\n'));
    });
  program.command('features').action(() => print(features()));
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    process.stderr.write(`slipway-runtime: ${messageOf(error)}\n`);
    return 1;
  }
  return exitCode;
}

process.exitCode = await main(process.argv);
