import { EngineError, messageOf } from '../../base/errors.ts';
import type { LineChoice, LogQuery } from '../../container/logs/view/log-views.ts';
import type { ApiBackends } from '../backends.ts';
import type { ApiRoute, RequestContext } from '../context.ts';
import { flag, integer } from '../query.ts';
import { openJsonStream, sendJson, untilHangup } from '../reply.ts';
import type { LogFollowMessage, LogLinesAnswer, LogSearchMessage, LogSizeAnswer } from '../types/log-views.ts';

type Backends = Pick<ApiBackends, 'containers' | 'logViews'>;

const MOST_LOGS = 50;
const MOST_LINES = 1000;
const LINES = 200;
const MOST_HITS = 1_000_000;
const HITS = 100_000;
const LONGEST_QUERY = 1000;
const ANY = { min: 0, max: Number.MAX_SAFE_INTEGER };

/** `containers=web,db`: names or ids. */
function refsOf(query: URLSearchParams): string[] {
  const refs = (query.get('containers') ?? '').split(',').filter((ref) => ref !== '');
  if (refs.length === 0 || refs.length > MOST_LOGS) throw new EngineError('InvalidArgument', `containers: 1 to ${MOST_LOGS} of them are required`);
  return refs;
}

/** `0:17`: a source and a number of one of its lines. */
function lineOf(text: string): { readonly source: number; readonly number: number } {
  const match = /^(\d{1,2}):(\d{1,15})$/.exec(text);
  if (match === null) throw new EngineError('InvalidArgument', `a line is a source and a number, as 0:17, not ${JSON.stringify(text.slice(0, 100))}`);
  return { source: Number(match[1]), number: Number(match[2]) };
}

function choiceOf(query: URLSearchParams): LineChoice {
  const from = integer(query, 'from', ANY);
  const time = integer(query, 'time', ANY);
  const around = query.get('around');
  const at = query.get('at');
  if (at !== null) {
    const lines = at.split(',', MOST_LINES).map(lineOf);
    return { kind: 'at', lines };
  }
  if (around !== null) return { kind: 'around', ...lineOf(around) };
  if (time !== undefined) return { kind: 'time', time };
  return from === undefined ? { kind: 'tail' } : { kind: 'from', from };
}

async function lines(context: RequestContext, { logViews }: Backends): Promise<void> {
  const { query } = context;
  const count = integer(query, 'count', { min: 1, max: MOST_LINES }) ?? (query.has('at') ? MOST_LINES : LINES);
  const answer: LogLinesAnswer = await logViews.lines(refsOf(query), choiceOf(query), count);
  sendJson(context, 200, answer);
}

function queryOf(query: URLSearchParams): LogQuery {
  const text = query.get('query') ?? '';
  if (text.length > LONGEST_QUERY) throw new EngineError('InvalidArgument', `query: longer than ${LONGEST_QUERY} characters`);
  const stream = query.get('stream') ?? 'all';
  if (stream !== 'all' && stream !== 'stdout' && stream !== 'stderr') throw new EngineError('InvalidArgument', 'stream: all, stdout or stderr');
  return { text, isRegex: flag(query, 'regex'), isCaseSensitive: flag(query, 'case'), stream };
}

/** `from=12,0,7`: of each of the logs the first line that is searched. */
function startsOf(query: URLSearchParams): number[] {
  const text = query.get('from') ?? '';
  if (!/^(\d{1,15}(,\d{1,15}){0,49})?$/.test(text)) throw new EngineError('InvalidArgument', `from: numbers of lines, one for each log, with commas`);
  return text === '' ? [] : text.split(',').map(Number);
}

async function search(context: RequestContext, { logViews }: Backends): Promise<void> {
  const limit = integer(context.query, 'limit', { min: 0, max: MOST_HITS }) ?? HITS;
  const begun = performance.now();
  const signal = untilHangup(context);
  const hits = logViews.search(refsOf(context.query), queryOf(context.query), { limit, from: startsOf(context.query), signal })[Symbol.asyncIterator]();
  try {
    // Until the first piece has been searched, a refusal can still become a status.
    const first = await hits.next();
    const stream = openJsonStream(context, 'application/x-ndjson');
    const send = async (message: LogSearchMessage): Promise<void> => {
      if (!stream.send(message)) await stream.drained();
    };
    let count = 0;
    try {
      for (let next = first; next.done !== true; next = await hits.next()) {
        count += next.value.count;
        await send(next.value);
      }
      await send({ done: true, count, milliseconds: performance.now() - begun });
    } catch (error) {
      if (!signal.aborted) await send({ error: messageOf(error) });
    }
    stream.end();
  } catch (error) {
    if (!signal.aborted) throw error;
    context.response.destroy();
  } finally {
    await hits.return?.();
  }
}

async function follow(context: RequestContext, { logViews }: Backends): Promise<void> {
  const tail = integer(context.query, 'tail', { min: 0, max: MOST_LINES }) ?? LINES;
  const signal = untilHangup(context);
  const growth = logViews.follow(refsOf(context.query), { tail, signal })[Symbol.asyncIterator]();
  try {
    const first = await growth.next();
    const stream = openJsonStream(context, 'application/x-ndjson');
    for (let next = first; next.done !== true; next = await growth.next()) {
      const message: LogFollowMessage = next.value;
      if (!stream.send(message)) await stream.drained();
    }
    stream.end();
  } catch (error) {
    if (!signal.aborted) throw error;
    context.response.destroy();
  } finally {
    await growth.return?.();
  }
}

async function size(context: RequestContext, { containers }: Backends): Promise<void> {
  const answer: LogSizeAnswer = { bytes: await containers.logSize(context.params['name'] ?? '') };
  sendJson(context, 200, answer);
}

async function empty(context: RequestContext, { containers }: Backends): Promise<void> {
  const answer: LogSizeAnswer = { bytes: await containers.emptyLog(context.params['name'] ?? '') };
  sendJson(context, 200, answer);
}

export function logViewRoutes(backends: Backends): readonly ApiRoute[] {
  return [
    { method: 'GET', pattern: '/slipway/v1/logs/lines', handler: (context) => lines(context, backends) },
    { method: 'GET', pattern: '/slipway/v1/logs/search', handler: (context) => search(context, backends) },
    { method: 'GET', pattern: '/slipway/v1/logs/follow', handler: (context) => follow(context, backends) },
    { method: 'GET', pattern: '/slipway/v1/containers/{name}/log', handler: (context) => size(context, backends) },
    { method: 'DELETE', pattern: '/slipway/v1/containers/{name}/log', handler: (context) => empty(context, backends) },
  ];
}
