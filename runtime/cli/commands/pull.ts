import type { Command } from 'commander';
import { registryAuthHeader } from '../../credentials/registry-auth.ts';
import { parseReference } from '../../formats/reference.ts';
import { named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { printTransfer } from '../transfer-progress.ts';

interface Flags {
  readonly quiet?: boolean;
  readonly platform?: string;
}

export function addPull(program: Command, context: CliContext): void {
  program
    .command('pull <image>')
    .description('download an image from a registry')
    .option('-q, --quiet', 'print its name alone')
    .option('--platform <os/architecture>', "another platform than this machine's")
    .action(async (image: string, { quiet = false, platform }: Flags) => {
      const lines = context
        .engine()
        .lines('POST', '/images/create', { query: { fromImage: withTag(image), platform }, headers: await registryAuthHeader(image) });
      await printTransfer(lines, quiet);
      if (quiet) process.stdout.write(`${withTag(image)}\n`);
    });
}

export function addPush(program: Command, context: CliContext): void {
  program
    .command('push <image>')
    .description('upload an image to the registry that its name says')
    .option('-q, --quiet', 'print its name alone')
    .action(async (image: string, { quiet = false }: Flags) => {
      const { tag = 'latest' } = parseReference(image);
      const name = image.endsWith(`:${tag}`) ? image.slice(0, -tag.length - 1) : image;
      await printTransfer(context.engine().lines('POST', `/images/${named(name)}/push`, { query: { tag }, headers: await registryAuthHeader(image) }), quiet);
      if (quiet) process.stdout.write(`${name}:${tag}\n`);
    });
}

/** Without a tag the engine takes the latest. */
function withTag(image: string): string {
  const { tag, digest } = parseReference(image);
  return tag === undefined && digest === undefined ? `${image}:latest` : image;
}
