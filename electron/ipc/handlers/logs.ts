import { z } from 'zod';
import type { LogFollowMessage, LogLinesAnswer, LogSearchHits, LogSearchMessage } from '../../../runtime/api/types/log-views.ts';
import { type EngineClient, enginePath, type Query } from '../../engine/http-client.ts';
import { jsonLines } from '../../engine/json-lines.ts';
import type { Backend } from '../backend.ts';
import type { LogChoice, LogHit, LogQuery } from '../contract/logs.ts';
import { ShellError } from '../failure.ts';
import { bulk } from './bulk.ts';

/** Containers in which a search of everything looks. */
const MOST_SEARCHED = 50;

// The engine is ours: the outer shape is checked, the lines are taken as its types have them.
const sizeSchema = z.looseObject({ bytes: z.number().min(0) });
const windowSchema = z.looseObject({ epoch: z.string(), first: z.number(), end: z.number(), lines: z.array(z.unknown()) });
const hitsSchema = z.union([
  z.looseObject({ source: z.number(), from: z.number(), count: z.number(), lines: z.string() }),
  z.looseObject({ done: z.literal(true), count: z.number() }),
  z.looseObject({ error: z.string() }),
]);
const rowsSchema = z.array(z.looseObject({ Id: z.string(), Names: z.array(z.string()).min(1), HostConfig: z.looseObject({}).optional() }));

export function logRequests(engine: EngineClient): Pick<Backend['requests'], 'logs.lines' | 'logs.sizes' | 'logs.empty' | 'logs.search'> {
  return {
    'logs.lines': ({ ids, choice, count }) => linesOf(engine, ids, choice, count),
    async 'logs.sizes'({ ids }) {
      const sizes: Record<string, number> = {};
      await bulk(ids, async (id) => {
        sizes[id] = sizeSchema.parse(await engine.json('GET', logPath(id))).bytes;
      });
      return { sizes };
    },
    async 'logs.empty'({ ids }) {
      let bytes = 0;
      const result = await bulk(ids, async (id) => {
        bytes += sizeSchema.parse(await engine.json('DELETE', logPath(id))).bytes;
      });
      return { ...result, bytes };
    },
    async 'logs.search'({ text, limit }) {
      const rows = rowsSchema.parse(await engine.json('GET', '/containers/json', { query: { limit: 0 } })).slice(0, MOST_SEARCHED);
      const found = await Promise.all(rows.map((row) => newestHits(engine, row, text, limit)));
      const hits = found.flatMap((one) => one.hits).sort((left, right) => right.time - left.time);
      return { hits: hits.slice(0, limit), count: found.reduce((sum, one) => sum + one.count, 0) };
    },
  };
}

export function logStreams(engine: EngineClient): Pick<Backend['streams'], 'logs.find' | 'logs.follow'> {
  return {
    async 'logs.find'({ ids, query, limit, from = [] }, stream) {
      for await (const message of found(engine, ids, query, { limit, from, signal: stream.signal })) await stream.send(message);
    },
    async 'logs.follow'({ ids, tail }, stream) {
      const body = await engine.stream('GET', '/slipway/v1/logs/follow', { query: { containers: ids.join(','), tail }, signal: stream.signal });
      for await (const line of jsonLines(body)) await stream.send(windowSchema.parse(line) as unknown as LogFollowMessage);
    },
  };
}

const logPath = (id: string): string => `/slipway/v1${enginePath('containers', id, 'log')}`;

async function linesOf(engine: EngineClient, ids: readonly string[], choice: LogChoice, count: number): Promise<LogLinesAnswer> {
  const query = { containers: ids.join(','), count, ...choiceQuery(choice) };
  return windowSchema.parse(await engine.json('GET', '/slipway/v1/logs/lines', { query })) as unknown as LogLinesAnswer;
}

function choiceQuery(choice: LogChoice): Query {
  const lineOf = ({ source, number }: { readonly source: number; readonly number: number }): string => `${source}:${number}`;
  if (choice.kind === 'from') return { from: choice.from };
  if (choice.kind === 'around') return { around: lineOf(choice.line) };
  return choice.kind === 'at' ? { at: choice.lines.map(lineOf).join(',') } : {};
}

/** @throws ShellError with the engine's words for a pattern that is none or takes too long. */
async function* found(
  engine: EngineClient,
  ids: readonly string[],
  query: LogQuery,
  { limit, from = [], signal }: { readonly limit: number; readonly from?: readonly number[]; readonly signal?: AbortSignal },
): AsyncGenerator<LogSearchMessage> {
  const { text, isRegex, isCaseSensitive, stream } = query;
  const parameters = {
    containers: ids.join(','),
    query: text,
    regex: isRegex ? 1 : 0,
    case: isCaseSensitive ? 1 : 0,
    stream,
    limit,
    ...(from.length > 0 && { from: from.join(',') }),
  };
  const body = await engine.stream('GET', '/slipway/v1/logs/search', { query: parameters, ...(signal && { signal }) });
  for await (const line of jsonLines(body)) {
    const message = hitsSchema.parse(line) as unknown as LogSearchMessage;
    if ('error' in message) throw new ShellError(message.error, 408);
    yield message;
  }
}

/** The last lines of one container that hold a text. A container without a log has none. */
async function newestHits(
  engine: EngineClient,
  { Id, Names }: z.infer<typeof rowsSchema>[number],
  text: string,
  limit: number,
): Promise<{ readonly hits: readonly LogHit[]; readonly count: number }> {
  let numbers: number[] = [];
  let count = 0;
  try {
    for await (const message of found(engine, [Id], { text, isRegex: false, isCaseSensitive: false, stream: 'all' }, { limit: 1_000_000 })) {
      if (!('lines' in message)) continue;
      count += message.count;
      numbers = [...numbers, ...lastLines(message, limit)].slice(-limit);
    }
    if (numbers.length === 0) return { hits: [], count };
    const { lines } = await linesOf(engine, [Id], { kind: 'at', lines: numbers.map((number) => ({ source: 0, number })) }, numbers.length);
    const name = (Names[0] ?? Id).replace(/^\//, '');
    return { hits: lines.map((line) => ({ ...line, id: Id, name })), count };
  } catch (error) {
    if (error instanceof ShellError && (error.status === 404 || error.status === 501)) return { hits: [], count: 0 };
    throw error;
  }
}

/** Numbers of the last hits, see LogHits. */
function lastLines({ from, lines }: LogSearchHits, limit: number): number[] {
  const numbers: number[] = [];
  let next = from;
  for (const part of lines === '' ? [] : lines.split(',')) {
    const [gap, more = 0] = part.split('+').map(Number);
    const first = next + (gap ?? 0);
    next = first + more + 1;
    for (let line = Math.max(first, next - limit); line < next; line++) numbers.push(line);
  }
  return numbers.slice(-limit);
}
