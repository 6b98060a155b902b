import type { Command } from 'commander';
import { z } from 'zod';
import { binarySize, decimalSize } from '../../base/units.ts';
import { named } from '../client.ts';
import type { CliContext } from '../context.ts';
import { type Format, formatOption, formatTable, print, shortId } from '../output.ts';

const pointSchema = z.looseObject({
  time: z.number(),
  cpuPercent: z.number(),
  memory: z.number(),
  memoryLimit: z.number(),
  networkRx: z.number(),
  networkTx: z.number(),
  blockRead: z.number(),
  blockWrite: z.number(),
  pids: z.number(),
});
const messageSchema = z.looseObject({ points: z.record(z.string(), z.array(pointSchema)) });
const containersSchema = z.array(z.looseObject({ Id: z.string(), Names: z.array(z.string()) }));
type Point = z.infer<typeof pointSchema>;

const HEADER = ['CONTAINER ID', 'NAME', 'CPU %', 'MEM USAGE / LIMIT', 'MEM %', 'NET RX/s', 'NET TX/s', 'READ/s', 'WRITTEN/s', 'PIDS'];

/** How long to wait for a first point of a container that has just been started. */
const FIRST_POINT_MS = 3000;

function cells(id: string, name: string, point: Point): string[] {
  return [
    shortId(id),
    name,
    `${point.cpuPercent.toFixed(2)}%`,
    `${binarySize(point.memory)} / ${point.memoryLimit > 0 ? binarySize(point.memoryLimit) : '--'}`,
    point.memoryLimit > 0 ? `${((100 * point.memory) / point.memoryLimit).toFixed(2)}%` : '--',
    decimalSize(Math.round(point.networkRx)),
    decimalSize(Math.round(point.networkTx)),
    decimalSize(Math.round(point.blockRead)),
    decimalSize(Math.round(point.blockWrite)),
    String(point.pids),
  ];
}

/** Ids and names of those to watch, read anew each time since containers come and go. */
async function watched(context: CliContext, only: readonly string[]): Promise<Map<string, string>> {
  const engine = context.engine();
  if (only.length === 0) {
    const rows = await engine.json(containersSchema, 'GET', '/containers/json');
    return new Map(rows.map((row) => [row.Id, (row.Names[0] ?? '').replace(/^\//, '')]));
  }
  const found = new Map<string, string>();
  for (const name of only) {
    const one = await engine.json(z.looseObject({ Id: z.string(), Name: z.string() }), 'GET', `/containers/${named(name)}/json`);
    found.set(one.Id, one.Name.replace(/^\//, ''));
  }
  return found;
}

async function show(format: Format, names: ReadonlyMap<string, string>, latest: ReadonlyMap<string, Point>, live: boolean): Promise<void> {
  const rows = [...names].flatMap(([id, name]) => {
    const point = latest.get(id);
    return point ? [{ id, name, point }] : [];
  });
  if (format === 'json') await print(rows.map(({ id, name, point }) => `${JSON.stringify({ id, name, ...point })}\n`).join(''));
  else
    await print(
      `${live && process.stdout.isTTY ? '\u001b[H\u001b[J' : ''}${formatTable(
        HEADER,
        rows.map(({ id, name, point }) => cells(id, name, point)),
      )}`,
    );
}

export function addStats(program: Command, context: CliContext): void {
  program
    .command('stats [container...]')
    .description('what running containers use, once a second')
    .option('--no-stream', 'once')
    .addOption(formatOption())
    .action(async (only: string[], flags: { readonly stream: boolean; readonly format: Format }) => {
      let names = await watched(context, only);
      if (!flags.stream && names.size === 0) return show(flags.format, names, new Map(), false);
      const latest = new Map<string, Point>();
      const since = Date.now() - FIRST_POINT_MS;
      const timeout = flags.stream ? undefined : AbortSignal.timeout(FIRST_POINT_MS);
      try {
        for await (const value of context
          .engine()
          .lines('GET', '/slipway/v1/metrics', { query: { stream: true, since }, ...(timeout ? { signal: timeout } : {}) })) {
          const points = Object.entries(messageSchema.parse(value).points);
          for (const [id, history] of points) {
            const newest = history.at(-1);
            if (newest) latest.set(id, newest);
          }
          if (flags.stream) {
            names = await watched(context, only);
            await show(flags.format, names, latest, true);
          } else if ([...names.keys()].every((id) => latest.has(id))) break;
        }
      } catch (error) {
        if (timeout?.aborted !== true) throw error;
      }
      if (!flags.stream) await show(flags.format, names, latest, false);
    });
}
