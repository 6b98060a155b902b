import type { LogQuery } from '../../electron/ipc/contract/logs.ts';
import type { LogLine } from '../../runtime/api/types/log-views.ts';
import { RequestError } from '../engine/transport.ts';
import { numbers } from './fake-objects.ts';
import type { FakeTransport } from './fake-transport.ts';

const PATHS = ['/', '/health', '/api/orders?limit=50', '/api/orders/7f3a', '/assets/app-4c1d.js', '/login', '/api/cart'];

const steps = (numbers: readonly number[]): string => numbers.join(',');

/** When a line was written: three every 700 ms, the last of those that were there at first just now. */
const STEP_MS = 233;

function lineOf(source: number, number: number, time: number): LogLine {
  return { source, number, ...content(number + source * 7919, time) };
}

function content(index: number, time: number): Pick<LogLine, 'stream' | 'time' | 'text'> {
  const next = numbers(index + 3);
  const roll = next();
  const path = PATHS[Math.floor(next() * PATHS.length)] ?? '/';
  if (roll < 0.06)
    return {
      stream: 2,
      time,
      text: `\x1b[31mERROR\x1b[0m upstream timed out (110: Connection timed out) while reading response header from upstream, request: "GET ${path} HTTP/1.1"`,
    };
  if (roll < 0.14) return { stream: 1, time, text: `\x1b[33mWARN \x1b[0m slow request \x1b[1m${Math.floor(next() * 3000)} ms\x1b[0m ${path}` };
  if (roll < 0.17)
    return {
      stream: 1,
      time,
      text: JSON.stringify({
        level: 'info',
        msg: 'order placed',
        id: Math.floor(next() * 1e6),
        items: [{ sku: 'a-17', count: 2 }],
        url: 'https://shop.example/orders/17',
      }),
    };
  if (roll < 0.18) return { stream: 1, time, text: `login of \u202enimda\u202c from \x1b[35mfree\u200bmail\x1b[0m, see https://shop.example/\u2066users` };
  if (roll < 0.3)
    return {
      stream: 1,
      time,
      text: `\x1b[90m[worker ${Math.floor(next() * 8)}]\x1b[0m job \x1b[36m${Math.floor(next() * 1e6)}\x1b[0m done in \x1b[32m${Math.floor(next() * 90)} ms\x1b[0m`,
    };
  return { stream: 1, time, text: `172.17.0.1 - - "GET ${path} HTTP/1.1" ${roll > 0.93 ? 404 : 200} ${Math.floor(next() * 40_000)} "-" "Mozilla/5.0"` };
}

type Answers = Pick<FakeTransport['answers'], 'logs.lines' | 'logs.sizes' | 'logs.empty' | 'logs.search'>;
type Openers = Pick<FakeTransport['openers'], 'logs.find' | 'logs.follow'>;

/** Logs of some length for every container, of which those that run grow. Their lines are made when they are looked at. */
export function galleryLogs(
  length: number,
  isRunning: (id: string) => boolean,
  named: () => readonly { readonly id: string; readonly name: string }[],
): { readonly requests: Answers; readonly streams: Openers } {
  const begun = Date.now();
  const written = (id: string): number => length + (isRunning(id) ? Math.floor((Date.now() - begun) / 700) * 3 : 0);
  /** How many lines of a log were emptied away. */
  const emptied = new Map<string, number>();
  const bounds = (ids: readonly string[]) => ({
    epoch: ids.join(),
    first: ids.reduce((sum, id) => sum + (emptied.get(id) ?? 0), 0),
    end: ids.reduce((sum, id) => sum + written(id), 0),
  });
  const sizeOf = (id: string): number => (written(id) - (emptied.get(id) ?? 0)) * 137;
  const at = (source: number, number: number): LogLine => lineOf(source, number, begun - (length - number) * STEP_MS + source * 80);
  /** Several logs are of nearly the same length: they take turns. */
  const row = (ids: readonly string[], index: number): LogLine => at(index % ids.length, Math.floor(index / ids.length));
  const rows = (ids: readonly string[], from: number, count: number): LogLine[] =>
    Array.from({ length: Math.max(0, Math.min(count, bounds(ids).end - from)) }, (_, index) => row(ids, from + index));
  const matches = (query: LogQuery): ((line: LogLine) => boolean) => {
    const pattern = new RegExp(query.isRegex ? query.text : query.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), query.isCaseSensitive ? '' : 'i');
    return (line) => pattern.test(line.text) && (query.stream === 'all' || line.stream === (query.stream === 'stdout' ? 1 : 2));
  };
  return {
    requests: {
      'logs.lines': ({ ids, choice, count }) => {
        const all = bounds(ids);
        if (choice.kind === 'at') return { ...all, from: 0, lines: choice.lines.map(({ source, number }) => at(source, number)) };
        const middle = choice.kind === 'around' ? choice.line.number * ids.length + choice.line.source - Math.floor(count / 2) : all.end - count;
        const from = Math.max(all.first, choice.kind === 'from' ? choice.from : middle);
        return { ...all, from, lines: rows(ids, from, count) };
      },
      'logs.sizes': ({ ids }) => ({ sizes: Object.fromEntries(ids.map((id) => [id, sizeOf(id)])) }),
      'logs.empty': ({ ids }) => {
        const bytes = ids.reduce((sum, id) => sum + sizeOf(id), 0);
        for (const id of ids) emptied.set(id, written(id));
        return { results: ids.map((id) => ({ id, failure: null })), bytes };
      },
      'logs.search': ({ text, limit }) => {
        const test = matches({ text, isRegex: false, isCaseSensitive: false, stream: 'all' });
        const [first] = named().filter(({ id }) => isRunning(id));
        if (!first) return { hits: [], count: 0 };
        const hits = rows([first.id], Math.max(0, bounds([first.id]).end - 500), 500)
          .filter(test)
          .reverse();
        return { hits: hits.slice(0, limit).map((line) => ({ ...line, ...first })), count: hits.length };
      },
    },
    streams: {
      'logs.find': (stream) => {
        const { ids, query, limit } = stream.params;
        queueMicrotask(() => {
          try {
            const wants = matches(query);
            let count = 0;
            for (const [source, id] of ids.entries()) {
              const found = Array.from({ length: written(id) }, (_, number) => at(source, number)).filter(wants);
              count += found.length;
              const kept = found.slice(0, limit);
              stream.push({
                source,
                from: 0,
                to: written(id),
                count: found.length,
                lines: steps(kept.map(({ number }, index) => number - (kept[index - 1]?.number ?? -1) - 1)),
                times: steps(kept.map(({ time }, index) => Math.round((time - (kept[index - 1]?.time ?? 0)) * 1000))),
              });
            }
            stream.push({ done: true, count, milliseconds: 12 });
            stream.end();
          } catch (error) {
            stream.end(new RequestError(`query: ${String(error)}`, 400));
          }
        });
        return undefined;
      },
      'logs.follow': (stream) => {
        const { ids, tail } = stream.params;
        let last = '';
        const tell = (): void => {
          const all = bounds(ids);
          const state = `${all.first} ${all.end}`;
          if (state !== last) stream.push({ ...all, lines: rows(ids, Math.max(all.first, all.end - tail), tail) });
          last = state;
        };
        queueMicrotask(tell);
        const timer = setInterval(tell, 350);
        return () => clearInterval(timer);
      },
    },
  };
}
