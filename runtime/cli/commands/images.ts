import type { Command } from 'commander';
import { z } from 'zod';
import { decimalSize, humanDuration } from '../../base/units.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption, print, printable, printRows, shortId } from '../output.ts';

const imagesSchema = z.array(z.looseObject({ Id: z.string(), RepoTags: z.array(z.string()).nullish(), Created: z.number(), Size: z.number() }));

const HEADER = ['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE'];

function splitTag(reference: string): readonly [string, string] {
  const at = reference.lastIndexOf(':');
  return at < 0 ? [reference, '<none>'] : [reference.slice(0, at), reference.slice(at + 1)];
}

export function addImages(program: Command, context: CliContext): void {
  program
    .command('images')
    .description('list images')
    .option('-q, --quiet', 'ids only')
    .addOption(formatOption())
    .action(async (flags: { readonly quiet?: boolean; readonly format: Format }) => {
      const images = await context.engine().json(imagesSchema, 'GET', '/images/json');
      if (flags.quiet) {
        await print(images.map((image) => `${shortId(image.Id)}\n`).join(''));
        return;
      }
      if (flags.format === 'json') {
        await printRows('json', images, HEADER, () => []);
        return;
      }
      const rows = images.flatMap((image) => (image.RepoTags?.length ? image.RepoTags : ['<none>:<none>']).map((tag) => ({ image, tag })));
      await printRows('table', rows, HEADER, ({ image, tag }) => [
        ...splitTag(printable(tag)),
        shortId(image.Id),
        `${humanDuration(Date.now() - image.Created * 1000)} ago`,
        decimalSize(image.Size),
      ]);
    });
}
