import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { messageOf } from '../../base/errors.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../errors.ts';
import { type Format, formatOption, print, printable } from '../output.ts';

const lineSchema = z.looseObject({
  stream: z.string().optional(),
  error: z.string().optional(),
  id: z.string().optional(),
  status: z.string().optional(),
  progress: z.string().optional(),
});

interface LoadFlags {
  readonly input?: string;
  readonly quiet?: boolean;
  readonly format: Format;
}

async function source(flags: LoadFlags): Promise<NodeJS.ReadableStream> {
  if (flags.input === undefined) {
    if (process.stdin.isTTY) throw new CliError('give an archive with --input or on stdin');
    return process.stdin;
  }
  try {
    await access(flags.input);
  } catch (error) {
    throw new CliError(`--input: ${messageOf(error)}`);
  }
  return createReadStream(flags.input, { highWaterMark: 1024 * 1024 });
}

export function addLoad(program: Command, context: CliContext): void {
  program
    .command('load')
    .description('load images from an archive (docker-archive or oci-archive, plain or compressed)')
    .option('-i, --input <file>', 'the archive; stdin when absent')
    .option('-q, --quiet', 'no progress')
    .addOption(formatOption())
    .action(async (flags: LoadFlags) => {
      const body = await source(flags);
      const progress = !flags.quiet && process.stderr.isTTY && flags.format === 'table';
      for await (const value of context.engine().lines('POST', '/images/load', { query: { quiet: !progress }, body })) {
        const line = lineSchema.parse(value);
        if (line.error !== undefined) throw new CliError(line.error);
        if (line.stream !== undefined) await print(flags.format === 'json' ? `${JSON.stringify(line)}\n` : `${progress ? '\r\u001b[K' : ''}${line.stream}`);
        else if (progress) await print(`\r\u001b[K${printable(`${line.id ?? ''} ${line.status ?? ''} ${line.progress ?? ''}`)}`, process.stderr);
      }
    });
}
