import type { Transport } from '../engine/transport.ts';
import type { LogSource, SourceLine } from '../ui/log-source.ts';
import { LogPages, shownLine } from './log-pages.ts';
import type { Hit, LogSearch } from './log-search.ts';
import type { LogWindow } from './log-window.ts';

/** Lines of one answer. */
const BATCH = 200;

/** Only the lines of a log that a search has found, each with some lines of the same log around it. */
export class LogHits implements LogSource {
  version = 0;
  private readonly transport: Transport;
  private readonly log: LogWindow;
  private readonly search: LogSearch;
  private readonly around: number;
  private readonly pages: LogPages;
  private readonly listeners = new Set<() => void>();
  /** Lines shown: those found and those around them. Without the latter it is not needed. */
  private rows: (Hit & { readonly context: boolean })[] = [];
  private taken = 0;
  private seen = -1;
  private generation = -1;
  private gone = 0;

  constructor(transport: Transport, log: LogWindow, search: LogSearch, around: number) {
    this.transport = transport;
    this.log = log;
    this.search = search;
    this.around = around;
    this.pages = new LogPages((from, count) => this.load(from, count));
  }

  get first(): number {
    return this.around === 0 ? this.search.first : 0;
  }
  get end(): number {
    this.catchUp();
    return this.around === 0 ? this.search.end : this.rows.length;
  }

  line(number: number): SourceLine | undefined {
    return this.pages.line(number);
  }

  /** The place in this list of the hit with this index. */
  rowOf(index: number): number {
    if (this.around === 0) return index;
    const hit = this.search.hit(index);
    return hit ? this.rows.findIndex(({ source, number }) => source === hit.source && number === hit.number) : -1;
  }

  want(from: number, to: number): void {
    this.catchUp();
    if (to > from) void this.pages.want(from, to).then((changed) => changed && this.changed());
  }

  async read(from: number, count: number): Promise<readonly SourceLine[]> {
    const lines: SourceLine[] = [];
    for (const to = Math.min(this.end, from + count); from + lines.length < to; ) {
      const next = await this.load(from + lines.length, Math.min(BATCH, to - from - lines.length));
      if (next.lines.length === 0) break;
      for (const line of next.lines) lines.push(line);
    }
    return lines;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    const stop = this.search.subscribe(() => this.changed());
    return () => {
      stop();
      this.listeners.delete(listener);
    };
  };

  /** Takes in what the search has found since. */
  private catchUp(): void {
    if (this.seen === this.search.version) return;
    this.seen = this.search.version;
    const { generation, first } = this.search;
    if (this.generation !== generation || (this.around > 0 && this.gone !== first)) {
      this.generation = generation;
      this.gone = first;
      this.pages.drop();
      this.rows = [];
      this.taken = first;
    }
    if (this.around === 0) return;
    for (; this.taken < this.search.end; this.taken++) {
      const hit = this.search.hit(this.taken);
      if (hit) this.take(hit);
    }
  }

  private take(hit: Hit): void {
    const last = this.rows.findLast(({ source }) => source === hit.source)?.number ?? -1;
    const next = this.search.hit(this.taken + 1);
    const until = next?.source === hit.source ? next.number - 1 : Number.POSITIVE_INFINITY;
    if (last >= hit.number) {
      const at = this.rows.findLastIndex(({ source, number }) => source === hit.source && number === hit.number);
      if (at >= 0) this.rows[at] = { ...hit, context: false };
    } else {
      for (let number = Math.max(0, last + 1, hit.number - this.around); number < hit.number; number++)
        this.rows.push({ source: hit.source, number, context: true });
      this.rows.push({ ...hit, context: false });
    }
    const end = this.log.ids.length === 1 ? this.log.end - 1 : Number.POSITIVE_INFINITY;
    for (let number = hit.number + 1; number <= Math.min(hit.number + this.around, until, end); number++)
      this.rows.push({ source: hit.source, number, context: true });
  }

  private async load(first: number, count: number): Promise<{ readonly from: number; readonly lines: readonly SourceLine[] }> {
    const from = Math.max(first, this.first);
    const wanted = Array.from({ length: Math.max(0, Math.min(first + count, this.end) - from) }, (_, at) =>
      this.around === 0 ? this.search.hit(from + at) : this.rows[from + at],
    );
    const asked = wanted.flatMap((hit) => (hit ? [{ source: hit.source, number: hit.number }] : []));
    if (asked.length === 0) return { from, lines: [] };
    const request = this.transport.request('logs.lines', { ids: [...this.log.ids], choice: { kind: 'at', lines: asked }, count: asked.length });
    // The window on the whole log tells what is wrong with the engine.
    const lines = await request.then(
      (answer) => answer.lines,
      () => [],
    );
    const found = new Map(lines.map((line) => [`${line.source}:${line.number}`, line]));
    const shown: SourceLine[] = [];
    for (const hit of wanted) {
      const line = hit && found.get(`${hit.source}:${hit.number}`);
      // A line that has been rotated away, or the end of an answer that became too long.
      if (!line) break;
      shown.push({ ...shownLine(line, this.log.ids.length > 1), ...(this.around > 0 && 'context' in hit && { context: hit.context === true }) });
    }
    return { from, lines: shown };
  }

  private changed(): void {
    this.version++;
    for (const listener of this.listeners) listener();
  }
}
