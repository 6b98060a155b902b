import type { Command } from 'commander';
import { z } from 'zod';
import { named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption } from '../output.ts';
import { eachName } from './each-name.ts';

const rowsSchema = z.array(z.looseObject({ Untagged: z.string().optional(), Deleted: z.string().optional() }));

export function addRmi(program: Command, context: CliContext): void {
  program
    .command('rmi <image...>')
    .description('remove images')
    .option('-f, --force', 'remove them even when stopped containers use them')
    .addOption(formatOption())
    .action((names: string[], flags: { readonly format: Format; readonly force?: boolean }) =>
      eachName(context, names, flags.format, async (name) => {
        const rows = await context.engine().json(rowsSchema, 'DELETE', `/images/${named(name)}`, { query: { force: flags.force } });
        return rows.map((row) => (row.Untagged === undefined ? `Deleted: ${row.Deleted ?? ''}\n` : `Untagged: ${row.Untagged}\n`)).join('');
      }),
    );
}
