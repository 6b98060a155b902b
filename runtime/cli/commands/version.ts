import type { Command } from 'commander';
import { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import { messageOf } from '../../base/errors.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption, formatTable, print } from '../output.ts';

const versionSchema = z.looseObject({ Version: z.string(), ApiVersion: z.string(), MinAPIVersion: z.string(), KernelVersion: z.string() });

export function addVersion(program: Command, context: CliContext): void {
  program
    .command('version')
    .description('versions of this program and of the engine')
    .addOption(formatOption())
    .action(async (flags: { readonly format: Format }) => {
      const client = { Version: packageJson.version, Node: process.versions.node };
      let engine: z.infer<typeof versionSchema> | null = null;
      let failure = '';
      try {
        engine = await context.engine().json(versionSchema, 'GET', '/version');
      } catch (error) {
        failure = messageOf(error);
        context.setExitCode(1);
      }
      if (flags.format === 'json') {
        await print(`${JSON.stringify({ Client: client, Engine: engine })}\n`);
      } else {
        const rows = engine
          ? [
              ['engine', engine.Version],
              ['API', `${engine.ApiVersion} (oldest ${engine.MinAPIVersion})`],
              ['kernel', engine.KernelVersion],
            ]
          : [];
        await print(formatTable(['client', client.Version], [['node', client.Node], ...rows]));
      }
      if (failure !== '') await print(`Error: ${failure}\n`, process.stderr);
    });
}
