import type { Command } from 'commander';
import { named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption } from '../output.ts';
import { eachName } from './each-name.ts';

export function addKill(program: Command, context: CliContext): void {
  program
    .command('kill <container...>')
    .description('send a signal to running containers')
    .option('-s, --signal <signal>', 'signal to send', 'KILL')
    .addOption(formatOption())
    .action((names: string[], flags: { readonly format: Format; readonly signal: string }) =>
      eachName(context, names, flags.format, (name) => context.engine().call('POST', `/containers/${named(name)}/kill`, { query: { signal: flags.signal } })),
    );
}
