import { randomUUID } from 'node:crypto';
import type { Registries } from '../credentials/registries.ts';
import { isEngineGone } from '../engine/connection-failure.ts';
import type { EngineClient } from '../engine/http-client.ts';
import type { TaskKind, TaskRequest, TaskRow } from '../ipc/contract/tasks.ts';
import { CANCELED, PageGone, ShellError, toFailure } from '../ipc/failure.ts';
import type { ReplacementRecords } from '../replacing/records.ts';
import { Rate } from './rate.ts';
import type { TaskProgram, TaskPrograms, TaskReport, WorkContext } from './task.ts';
import { type HistoryEntry, TASKS_KEPT, type TaskHistory } from './task-history.ts';

const MAX_RUNNING = 50;
const MAX_PARTS = 200;

interface Entry {
  row: TaskRow;
  readonly task: TaskRequest | null;
  readonly abort: AbortController;
  readonly rate: Rate;
}

export interface TaskListOptions {
  readonly engine: EngineClient;
  readonly registries: Pick<Registries, 'headersFor'>;
  readonly programs: TaskPrograms;
  /** Where replacements of containers are noted while they are under way. */
  readonly records: ReplacementRecords;
  readonly history: TaskHistory;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** What a stream's work says of itself. */
export interface Tracked {
  readonly kind: TaskKind;
  readonly object: string;
  readonly unit: TaskRow['unit'];
  /** Aborted when the page closes the stream, which cancels the task, or has gone, which cuts it off. */
  readonly signal: AbortSignal;
}

/** Everything long that the shell does and has done, newest first. Pages come and go; tasks stay. */
export class TaskList implements Disposable {
  readonly #options: TaskListOptions;
  readonly #now: () => number;
  /** In the order of their starts. */
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(id: string) => void>();
  #ended = false;

  private constructor(options: TaskListOptions, kept: readonly HistoryEntry[]) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    for (const { row, task } of kept.toReversed()) this.#entries.set(row.id, { row, task, abort: new AbortController(), rate: new Rate() });
  }

  /** With the history of earlier shells. */
  static async open(options: TaskListOptions): Promise<TaskList> {
    return new TaskList(options, await options.history.read());
  }

  /** Newest first. */
  rows(): TaskRow[] {
    return [...this.#entries.keys()].reverse().flatMap((id) => this.row(id) ?? []);
  }

  /** As it is now; null: there is none. */
  row(id: string): TaskRow | null {
    const entry = this.#entries.get(id);
    if (!entry) return null;
    return entry.row.state === 'running' ? { ...entry.row, rate: entry.rate.at(this.#now()) } : entry.row;
  }

  /** Told the id of each task that began, went on, ended or was dropped; once per report. Returns what ends it. */
  onChange(listener: (id: string) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** The id of the new task, or of the same one that runs already. @throws ShellError 429 */
  start(task: TaskRequest): string {
    const wanted = JSON.stringify(task);
    for (const { row, task: running } of this.#entries.values()) if (row.state === 'running' && JSON.stringify(running) === wanted) return row.id;
    const { engine, registries, programs, records } = this.#options;
    const program = programs[task.kind] as TaskProgram;
    const entry = this.#begin(task.kind, program.objectOf(task), program.unit, task);
    void this.#carryOut(entry, (context) => program.run(task, { ...context, engine, registries, records })).catch(() => undefined);
    return entry.row.id;
  }

  /** Puts work that a page's stream carries into the list. Settles as the work does, and with its failure. */
  async track({ kind, object, unit, signal }: Tracked, work: (context: WorkContext) => Promise<string>): Promise<void> {
    const entry = this.#begin(kind, object, unit, null);
    const leave = (): void => entry.abort.abort(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      await this.#carryOut(entry, work);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  /** Idempotent. @throws ShellError 404 */
  cancel(id: string): void {
    this.#find(id).abort.abort(new ShellError('canceled'));
  }

  /** The id of the new task; it takes the place of what did not end well. @throws ShellError 404, 409 for what runs or cannot be done again. */
  retry(id: string): string {
    const { row, task } = this.#find(id);
    if (row.state === 'running') throw new ShellError('the task is running', 409);
    if (!task) throw new ShellError('what this task was made of is not here any more', 409);
    const next = this.start(task);
    if (row.state !== 'done') this.forget([id]);
    return next;
  }

  /** Without ids: all that are over. What runs stays. */
  forget(ids: readonly string[]): void {
    for (const id of ids.length > 0 ? ids : [...this.#entries.keys()]) {
      const entry = this.#entries.get(id);
      if (!entry || entry.row.state === 'running') continue;
      this.#entries.delete(id);
      this.#tell(id);
    }
    this.#keep();
  }

  /** Stops what runs; the next shell shows it as interrupted. */
  [Symbol.dispose](): void {
    this.#ended = true;
    for (const { row, abort } of this.#entries.values()) if (row.state === 'running') abort.abort(new ShellError('the app ends'));
    this.#listeners.clear();
  }

  #begin(kind: TaskKind, object: string, unit: TaskRow['unit'], task: TaskRequest | null): Entry {
    const running = [...this.#entries.values()].filter(({ row }) => row.state === 'running').length;
    if (running >= MAX_RUNNING) throw new ShellError(`more than ${MAX_RUNNING} tasks at once`, 429);
    const row: TaskRow = {
      id: randomUUID(),
      kind,
      object,
      state: 'running',
      startedAt: this.#now(),
      finishedAt: 0,
      phase: '',
      current: 0,
      total: 0,
      unit,
      rate: 0,
      parts: [],
      error: '',
      cut: '',
      result: '',
      retryable: task !== null,
    };
    const entry: Entry = { row, task, abort: new AbortController(), rate: new Rate() };
    this.#entries.set(row.id, entry);
    this.#dropOldest();
    this.#tell(row.id);
    this.#keep();
    return entry;
  }

  async #carryOut(entry: Entry, work: (context: WorkContext) => Promise<string>): Promise<void> {
    const { signal } = entry.abort;
    try {
      const result = await work({ id: entry.row.id, signal, report: (report) => this.#report(entry, report) });
      this.#end(entry, { state: 'done', result, current: entry.row.total || entry.row.current });
    } catch (error) {
      // Whoever waits hears why it ended, not how its connection broke.
      const why: unknown = signal.aborted ? signal.reason : error;
      const cut = why instanceof PageGone ? 'page' : isEngineGone(why) ? 'engine' : '';
      const isCanceled = cut === '' && (signal.aborted || (error instanceof ShellError && error.status === CANCELED));
      this.#end(entry, isCanceled ? { state: 'canceled' } : { state: 'failed', error: toFailure(why).message, cut });
      throw why;
    }
  }

  #report(entry: Entry, { parts, ...report }: TaskReport): void {
    if (entry.row.state !== 'running') return;
    entry.row = { ...entry.row, ...report, ...(parts && { parts: parts.slice(0, MAX_PARTS) }) };
    if (report.current !== undefined) entry.rate.add(this.#now(), report.current);
    this.#tell(entry.row.id);
  }

  #end(entry: Entry, change: Partial<TaskRow>): void {
    // The next shell is to find it as it was.
    if (this.#ended) return;
    entry.row = { ...entry.row, ...change, finishedAt: this.#now(), rate: 0 };
    this.#tell(entry.row.id);
    this.#keep();
  }

  #find(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new ShellError(`no such task: ${id}`, 404);
    return entry;
  }

  #dropOldest(): void {
    for (const [id, { row }] of this.#entries) {
      if (this.#entries.size <= TASKS_KEPT) return;
      if (row.state === 'running') continue;
      this.#entries.delete(id);
      this.#tell(id);
    }
  }

  #tell(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }

  #keep(): void {
    this.#options.history.write([...this.#entries.values()].reverse().map(({ row, task }) => ({ row, task })));
  }
}
