import type { Command } from 'commander';
import { named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption } from '../output.ts';
import { eachName } from './each-name.ts';

export function addStart(program: Command, context: CliContext): void {
  program
    .command('start <container...>')
    .description('start stopped containers')
    .addOption(formatOption())
    .action((names: string[], flags: { readonly format: Format }) =>
      eachName(context, names, flags.format, (name) => context.engine().call('POST', `/containers/${named(name)}/start`)),
    );
}
