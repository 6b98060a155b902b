import { type Command, Option } from 'commander';
import { z } from 'zod';
import { named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { print } from '../output.ts';

const KINDS = {
  container: (name: string) => `/containers/${named(name)}/json`,
  image: (name: string) => `/images/${named(name)}/json`,
  network: (name: string) => `/networks/${named(name)}`,
};
type Kind = keyof typeof KINDS;

async function find(context: CliContext, name: string, kinds: readonly Kind[]): Promise<unknown> {
  for (const kind of kinds) {
    try {
      return await context.engine().json(z.unknown(), 'GET', KINDS[kind](name));
    } catch (error) {
      if (!(error instanceof CliError) || error.status !== 404) throw error;
    }
  }
  throw new CliError(`No such object: ${name}`);
}

export function addInspect(program: Command, context: CliContext): void {
  program
    .command('inspect <name...>')
    .description('everything the engine knows of containers, images and networks')
    .addOption(new Option('--type <type>', 'look at this kind only').choices(Object.keys(KINDS)))
    .addOption(new Option('--format <format>', 'table: indented for reading; json: one object a line').choices(['table', 'json']).default('table'))
    .action(async (names: string[], flags: { readonly type?: Kind; readonly format: string }) => {
      const kinds = flags.type ? [flags.type] : (Object.keys(KINDS) as Kind[]);
      const found: unknown[] = [];
      const missing: CliError[] = [];
      for (const name of names) {
        try {
          found.push(await find(context, name, kinds));
        } catch (error) {
          if (!(error instanceof CliError)) throw error;
          missing.push(error);
        }
      }
      await print(flags.format === 'json' ? found.map((one) => `${JSON.stringify(one)}\n`).join('') : `${JSON.stringify(found, null, 4)}\n`);
      for (const error of missing) await print(`Error: ${error.message}\n`, process.stderr);
      if (missing.length > 0) context.setExitCode(1);
    });
}
