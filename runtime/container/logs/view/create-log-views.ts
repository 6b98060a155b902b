import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../../../base/errors.ts';
import { pathsOf } from '../../directories.ts';
import type { ContainerEngine } from '../../engine.ts';
import type { Entity } from '../../entity.ts';
import { DirectoryWakeups } from '../wakeups.ts';
import { LogIndex } from './log-index.ts';
import type { LineChoice, LineWindow, LogGrowth, LogHits, LogQuery, LogSearchOptions, LogViews, ViewBounds, ViewedLine } from './log-views.ts';
import { type MergedLine, MergedLog } from './merge.ts';
import { ScanPool } from './scan-pool.ts';
import { searchLogs } from './search-logs.ts';

/** An index that nobody has used for so long is forgotten. */
const KEEP_MS = 60_000;
/** Whoever follows a log of so many bytes may search it: threads are kept ready. */
const LARGE = 16 * 1024 * 1024;
/** Growth that comes close together is told together. */
const COALESCE_MS = 40;
/** Text that comes along with growth, about, in characters: what is missing is asked for when it is seen. */
const GROWTH_TEXT = 512 * 1024;

interface Held {
  readonly index: LogIndex;
  users: number;
  timer: NodeJS.Timeout | null;
  isForgotten: boolean;
}

/** The views of one engine's containers. Disposing ends the threads and closes the files. */
export class IndexedLogs implements LogViews, AsyncDisposable {
  readonly #engine: ContainerEngine;
  readonly #pool = new ScanPool();
  readonly #held = new Map<string, Held>();
  readonly #watch: Disposable;

  constructor(engine: ContainerEngine) {
    this.#engine = engine;
    this.#watch = engine.onChange(({ id, container }) => {
      if (container === null) void this.#forget(id);
    });
  }

  lines(refs: readonly string[], choice: LineChoice, count: number): Promise<LineWindow> {
    return this.#use(this.#find(refs), async (logs) => {
      await Promise.all(logs.map((log) => log.refresh()));
      const merged = new MergedLog(logs);
      const bounds = boundsOf(logs, merged);
      if (choice.kind === 'at') return { ...bounds, from: 0, lines: await single(logs, choice.lines.slice(0, count)) };
      if (choice.kind === 'tail') {
        const lines = await merged.readBefore(bounds.end, count);
        return { ...bounds, from: bounds.end - lines.length, lines: lines.map(viewed) };
      }
      const wanted = await placeOf(merged, choice, count);
      const from = Math.max(bounds.first, Math.min(wanted, bounds.end));
      return { ...bounds, from, lines: (await merged.read(from, Math.min(count, bounds.end - from))).map(viewed) };
    });
  }

  async *search(refs: readonly string[], query: LogQuery, options: LogSearchOptions): AsyncGenerator<LogHits> {
    const held = this.#take(this.#find(refs));
    try {
      const logs = held.map(({ index }) => index);
      await Promise.all(logs.map((log) => log.refresh()));
      yield* searchLogs(this.#pool, logs, query, options);
    } finally {
      this.#release(held);
    }
  }

  async *follow(refs: readonly string[], { tail, signal }: { readonly tail: number; readonly signal: AbortSignal }): AsyncGenerator<LogGrowth> {
    const entities = this.#find(refs);
    const held = this.#take(entities);
    using ready = new DisposableStack();
    let isReady = false;
    using wakeups = new Disposables(entities.map((entity) => new DirectoryWakeups(pathsOf(this.#engine.deps.directories, entity.id).directory)));
    try {
      const logs = held.map(({ index }) => index);
      let last = '';
      while (!held.some(({ isForgotten }) => isForgotten)) {
        await Promise.all(logs.map((log) => log.refresh()));
        const merged = new MergedLog(logs);
        const bounds = boundsOf(logs, merged);
        const state = `${bounds.epoch} ${bounds.first} ${bounds.end} ${logs.map(({ open }) => open).join()}`;
        if (state !== last) {
          last = state;
          yield { ...bounds, lines: (await merged.readBefore(bounds.end, tail, GROWTH_TEXT)).map(viewed) };
        }
        if (!isReady && logs.reduce((sum, { bytes }) => sum + bytes, 0) >= LARGE) {
          isReady = true;
          ready.use(this.#pool.hold());
        }
        await wakeups.next(signal);
        await sleep(COALESCE_MS, undefined, { signal });
      }
    } finally {
      this.#release(held);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch[Symbol.dispose]();
    await this.#pool[Symbol.asyncDispose]();
    await Promise.all([...this.#held.keys()].map((id) => this.#forget(id)));
  }

  #find(refs: readonly string[]): Entity[] {
    return refs.map((ref) => {
      const entity = this.#engine.table.find(ref);
      if (entity.container.hostConfig.LogConfig?.Type === 'none') throw new EngineError('Unsupported', 'configured logging driver does not support reading');
      return entity;
    });
  }

  async #use<Result>(entities: readonly Entity[], use: (logs: readonly LogIndex[]) => Promise<Result>): Promise<Result> {
    const held = this.#take(entities);
    try {
      return await use(held.map(({ index }) => index));
    } finally {
      this.#release(held);
    }
  }

  #take(entities: readonly Entity[]): Held[] {
    return entities.map(({ id }) => {
      const { log } = pathsOf(this.#engine.deps.directories, id);
      const held = this.#held.get(id) ?? { index: new LogIndex(log, this.#pool), users: 0, timer: null, isForgotten: false };
      this.#held.set(id, held);
      if (held.timer !== null) clearTimeout(held.timer);
      held.timer = null;
      held.users++;
      return held;
    });
  }

  #release(all: readonly Held[]): void {
    for (const held of all) {
      if (--held.users > 0) continue;
      if (held.isForgotten) void held.index[Symbol.asyncDispose]();
      else held.timer = setTimeout(() => void this.#drop(held), KEEP_MS).unref();
    }
  }

  async #forget(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return;
    if (held.timer !== null) clearTimeout(held.timer);
    await this.#drop(held);
  }

  async #drop(held: Held): Promise<void> {
    for (const [id, one] of this.#held) if (one === held) this.#held.delete(id);
    held.isForgotten = true;
    if (held.users === 0) await held.index[Symbol.asyncDispose]();
  }
}

/** Several wakeups as one. */
class Disposables implements Disposable {
  readonly #all: readonly DirectoryWakeups[];

  constructor(all: readonly DirectoryWakeups[]) {
    this.#all = all;
  }

  async next(signal: AbortSignal): Promise<void> {
    const given = new AbortController();
    try {
      await Promise.race(this.#all.map((wakeups) => wakeups.next(AbortSignal.any([signal, given.signal]))));
    } finally {
      given.abort(new EngineError('Canceled', 'another log has grown'));
    }
  }

  [Symbol.dispose](): void {
    for (const wakeups of this.#all) wakeups[Symbol.dispose]();
  }
}

function boundsOf(logs: readonly LogIndex[], merged: MergedLog): ViewBounds {
  return { epoch: logs.map(({ epoch }) => epoch).join('-'), first: merged.first, end: merged.end };
}

function placeOf(merged: MergedLog, choice: Exclude<LineChoice, { readonly kind: 'at' | 'tail' }>, count: number): number | Promise<number> {
  switch (choice.kind) {
    case 'from':
      return choice.from;
    case 'time':
      return merged.placeAt(Math.round(choice.time * 1000));
    case 'around':
      return merged.placeOf(choice.source, choice.number).then((place) => place - Math.floor(count / 2));
  }
}

/** Lines that need not be neighbours. Those that are gone are left out. */
async function single(logs: readonly LogIndex[], wanted: readonly { readonly source: number; readonly number: number }[]): Promise<ViewedLine[]> {
  const lines: ViewedLine[] = [];
  for (let at = 0; at < wanted.length; ) {
    const { source, number } = wanted[at] as (typeof wanted)[number];
    let run = 1;
    while (wanted[at + run]?.source === source && wanted[at + run]?.number === number + run) run++;
    const log = logs[source];
    if (log !== undefined && number >= log.first) for (const line of await log.read(number, run, MOST)) lines.push(viewed({ ...line, source }));
    at += run;
  }
  return lines;
}

/** Characters of neighbouring lines that are read at once. */
const MOST = 1024 * 1024;

function viewed({ source, number, stream, time, text, continues, isCut }: MergedLine): ViewedLine {
  const shown = text.endsWith('\r') ? text.slice(0, -1) : text;
  return { source, number, stream, time: time / 1000, text: shown, ...(continues ? { continues } : {}), ...(isCut ? { cut: true } : {}) };
}
