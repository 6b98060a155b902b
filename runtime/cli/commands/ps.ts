import type { Command } from 'commander';
import { z } from 'zod';
import { humanDuration } from '../../base/units.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption, print, printable, printRows, shortId, truncated } from '../output.ts';

const containersSchema = z.array(
  z.looseObject({
    Id: z.string(),
    Names: z.array(z.string()),
    Image: z.string(),
    Command: z.string(),
    Created: z.number(),
    Status: z.string(),
    Ports: z.array(z.looseObject({ PrivatePort: z.number(), Type: z.string(), IP: z.string().optional(), PublicPort: z.number().optional() })),
  }),
);
type Row = z.infer<typeof containersSchema>[number];

interface PsFlags {
  readonly all?: boolean;
  readonly quiet?: boolean;
  readonly format: Format;
  readonly filter: readonly string[];
  readonly last?: string;
}

const HEADER = ['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'];

function portText(port: Row['Ports'][number]): string {
  const inside = `${port.PrivatePort}/${port.Type}`;
  return port.PublicPort === undefined ? inside : `${port.IP ?? ''}:${port.PublicPort}->${inside}`;
}

function cells(row: Row): string[] {
  return [
    shortId(row.Id),
    printable(row.Image),
    JSON.stringify(truncated(row.Command, 20)),
    `${humanDuration(Date.now() - row.Created * 1000)} ago`,
    row.Status,
    row.Ports.map(portText).join(', '),
    row.Names.map((name) => name.replace(/^\//, '')).join(','),
  ];
}

/** `k=v` pairs to Docker's filters. */
function filtersOf(pairs: readonly string[]): string | undefined {
  if (pairs.length === 0) return undefined;
  const filters: Record<string, string[]> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    (filters[pair.slice(0, Math.max(at, 0))] ??= []).push(pair.slice(at + 1));
  }
  return JSON.stringify(filters);
}

export function addPs(program: Command, context: CliContext): void {
  program
    .command('ps')
    .description('list containers')
    .option('-a, --all', 'stopped ones too')
    .option('-q, --quiet', 'ids only')
    .option('-n, --last <count>', 'the newest ones, whatever their state')
    .option('-f, --filter <name=value>', 'only those for which it holds', (value: string, before: string[]) => [...before, value], [])
    .addOption(formatOption())
    .action(async (flags: PsFlags) => {
      const query = { all: flags.all, limit: flags.last, filters: filtersOf(flags.filter) };
      const rows = await context.engine().json(containersSchema, 'GET', '/containers/json', { query });
      if (flags.quiet) await print(rows.map((row) => `${shortId(row.Id)}\n`).join(''));
      else await printRows(flags.format, rows, HEADER, cells);
    });
}
