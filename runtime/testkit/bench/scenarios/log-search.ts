import { execFileSync } from 'node:child_process';
import type { EngineClient } from '../client.ts';
import { type Prepared, type Scenario, timed } from '../scenario.ts';

const LINES = 1_000_000;
/** 80 bytes with the newline; one in a thousand has a word that the others do not. */
const SCRIPT = `yes 'GET /api/orders/7f3a HTTP/1.1 200 17 ms worker 3 done in the cluster eu-west-1 of it' | head -n ${LINES} | awk '{ printf "%06d %.72s\\n", NR, (NR % 1000 ? $0 : "upstream TimedOut " $0) }'`;

/** One container's log for all rounds; `once` gives what `measure` does with its name and path. */
const onLog =
  (measure: (engine: EngineClient, id: string, path: string) => Promise<number>): Scenario['prepare'] =>
  async (engine, { image }): Promise<Prepared> => {
    const id = await engine.create(image, ['sh', '-c', SCRIPT]);
    await engine.start(id);
    await engine.wait(id);
    const { LogPath } = await engine.json<{ LogPath: string }>('GET', `/containers/${id}/json`);
    return { once: () => measure(engine, id, LogPath), [Symbol.asyncDispose]: () => engine.remove(id) };
  };

const searched = (query: string, count: number): ReturnType<typeof onLog> =>
  onLog((engine, id) =>
    timed(async () => {
      const { tail } = await engine.drain('GET', `/slipway/v1/logs/search?containers=${id}&limit=10000&${query}`);
      if (!tail.includes(`"done":true,"count":${count},`)) throw new Error(`${engine.name}: ${tail.slice(-200)}`);
    }),
  );

const grepped = (...options: string[]): ReturnType<typeof onLog> =>
  onLog((_engine, _id, path) => timed(() => Promise.resolve(execFileSync('grep', ['-c', ...options, path]))));

const both = { unit: 'ms', rounds: 5, isOurs: true };

/** Each search of the engine beside the same one by grep, which knows no form of the file and decodes nothing. */
export const logSearches: readonly Scenario[] = [
  { ...both, title: '1,000,000 log lines of 80 bytes searched for a text, in whatever case', prepare: searched('query=timedout', LINES / 1000) },
  { ...both, title: '... by grep -c -i', prepare: grepped('-i', 'timedout') },
  { ...both, title: '... searched for a text that every line has', prepare: searched('query=orders', LINES) },
  { ...both, title: '... searched for a pattern', prepare: searched(`regex=1&query=${encodeURIComponent('^\\d+ .*\\sTimed[A-Z]ut')}`, LINES / 1000) },
  { ...both, title: '... searched for a pattern without any fixed word', prepare: searched(`regex=1&query=${encodeURIComponent('[5-7]{3}000 ')}`, 27) },
  { ...both, title: '... by grep -c -E', prepare: grepped('-E', '[5-7]{3}000 ') },
];
