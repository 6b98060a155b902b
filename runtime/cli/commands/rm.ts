import type { Command } from 'commander';
import { named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption } from '../output.ts';
import { eachName } from './each-name.ts';

export function addRm(program: Command, context: CliContext): void {
  program
    .command('rm <container...>')
    .description('remove containers')
    .option('-f, --force', 'kill them first if they run')
    .option('-v, --volumes', 'remove their anonymous volumes too')
    .addOption(formatOption())
    .action((names: string[], flags: { readonly format: Format; readonly force?: boolean; readonly volumes?: boolean }) =>
      eachName(context, names, flags.format, (name) =>
        context.engine().call('DELETE', `/containers/${named(name)}`, { query: { force: flags.force, v: flags.volumes } }),
      ),
    );
}
