import type { Command } from 'commander';
import { named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption } from '../output.ts';
import { eachName } from './each-name.ts';

interface StopFlags {
  readonly format: Format;
  readonly time?: string;
  readonly signal?: string;
}

export function addStop(program: Command, context: CliContext): void {
  program
    .command('stop <container...>')
    .description('stop running containers')
    .option('-t, --time <seconds>', 'seconds before the container is killed')
    .option('-s, --signal <signal>', 'signal to send first')
    .addOption(formatOption())
    .action((names: string[], flags: StopFlags) =>
      eachName(context, names, flags.format, (name) =>
        context.engine().call('POST', `/containers/${named(name)}/stop`, { query: { t: flags.time, signal: flags.signal } }),
      ),
    );
}
