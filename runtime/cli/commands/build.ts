import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Command } from 'commander';
import { z } from 'zod';
import { packDirectory } from '../../client/pack-directory.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { print, printable } from '../output.ts';

const lineSchema = z.looseObject({
  stream: z.string().optional(),
  status: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.looseObject({ total: z.number().optional() }).optional(),
  error: z.string().optional(),
  errorDetail: z.looseObject({ code: z.number().optional() }).optional(),
});

interface BuildFlags {
  readonly tag?: string;
  readonly file: string;
  readonly buildArg: readonly string[];
  readonly target?: string;
  readonly cache: boolean;
  readonly pull?: boolean;
  readonly quiet?: boolean;
  readonly network?: string;
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

/** `KEY=value`; without a value that of the environment. */
function buildArgs(given: readonly string[]): string {
  return JSON.stringify(
    Object.fromEntries(
      given.map((text) => {
        const equals = text.indexOf('=');
        return equals < 0 ? [text, process.env[text] ?? null] : [text.slice(0, equals), text.slice(equals + 1)];
      }),
    ),
  );
}

export function addBuild(program: Command, context: CliContext): void {
  program
    .command('build')
    .description('build an image from a Dockerfile')
    .argument('<directory>', 'the build context')
    .option('-t, --tag <name>', 'what to call the image')
    .option('-f, --file <path>', 'the Dockerfile, in the directory', 'Dockerfile')
    .option('--build-arg <key=value>', 'a build argument; may be repeated', collect, [])
    .option('--target <stage>', 'the stage to build')
    .option('--no-cache', 'carry every step out')
    .option('--pull', 'ask registries for newer bases')
    .option('--network <mode>', 'of steps: default, none or host')
    .option('-q, --quiet', 'print the id alone')
    .action(async (directory: string, flags: BuildFlags) => {
      const found = await stat(directory).catch(() => undefined);
      if (found?.isDirectory() !== true) throw new CliError(`${directory}: not a directory`);
      const query = {
        t: flags.tag,
        dockerfile: flags.file,
        buildargs: buildArgs(flags.buildArg),
        target: flags.target,
        nocache: !flags.cache,
        pull: flags.pull,
        networkmode: flags.network,
        forcerm: true,
        q: flags.quiet,
      };
      const body = Readable.from(packDirectory(directory, { dockerfile: flags.file }), { objectMode: true });
      for await (const value of context.engine().lines('POST', '/build', { query, body, headers: { 'Content-Type': 'application/x-tar' } })) {
        const line = lineSchema.parse(value);
        if (line.error !== undefined) {
          // With the lines of the Dockerfile around the place.
          process.stderr.write(`slipway: ${line.error.split('\n').map(printable).join('\n')}\n`);
          context.setExitCode(line.errorDetail?.code ?? 1);
          return;
        }
        if (line.stream !== undefined) await print(line.stream);
        else if (line.status !== undefined && line.progressDetail?.total === undefined) await print(`${printable(`${line.id ?? ''} ${line.status}`.trim())}\n`);
      }
    });
}
