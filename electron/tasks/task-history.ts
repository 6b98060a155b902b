import { z } from 'zod';
import { CUTS, STREAMED_KINDS, type TaskRequest, type TaskRow, taskSchema } from '../ipc/contract/tasks.ts';
import type { Keeping } from '../settings/keeping.ts';
import { KeptFile } from '../settings/kept-file.ts';

/** One task as the file has it: its row, and what was asked, so that it can be tried again. Requests name secrets, they never hold them. */
export interface HistoryEntry {
  readonly row: TaskRow;
  /** Null: the bytes came from a page and are gone. */
  readonly task: TaskRequest | null;
}

/** What is kept of a task in the file; the list of a running one may be longer. */
const PARTS_KEPT = 50;
const KINDS: readonly string[] = [...taskSchema.options.map((option) => option.shape.kind.value), ...STREAMED_KINDS];

const count = z.number().min(0).catch(0);
const text = z.string().max(100_000);
const rowSchema = z.object({
  id: z.string().min(1).max(64),
  kind: z.string().refine((kind) => KINDS.includes(kind)),
  object: text,
  state: z.enum(['running', 'done', 'failed', 'canceled']),
  startedAt: count,
  finishedAt: count,
  phase: text,
  current: count,
  total: count,
  unit: z.enum(['bytes', 'steps', 'items']),
  rate: count,
  parts: z.array(z.object({ id: text, phase: text, current: count, total: count })).catch([]),
  error: text,
  cut: z.enum(['', ...CUTS]).catch(''),
  result: text,
});
const entrySchema = z.object({ row: rowSchema, task: taskSchema.nullable().catch(null) });

/** The file of what was done. One that cannot be understood counts as empty; an entry that cannot be understood is left out. */
export class TaskHistory {
  readonly #file: KeptFile;

  constructor(path: string, keeping?: Keeping) {
    this.#file = new KeptFile(path, keeping);
  }

  /** Newest first. What was running when the file was written has been interrupted at a time that nobody knows. */
  async read(): Promise<HistoryEntry[]> {
    const parsed = z.array(z.unknown()).safeParse(await this.#file.read());
    return (parsed.data ?? []).flatMap((value) => {
      const entry = entrySchema.safeParse(value);
      if (!entry.success) return [];
      const row = { ...entry.data.row, retryable: entry.data.task !== null } as TaskRow;
      const ended: TaskRow = row.state === 'running' ? { ...row, state: 'failed', cut: 'shell', rate: 0 } : row;
      return [{ row: ended, task: entry.data.task }];
    });
  }

  /** A file that cannot be written costs the history alone. */
  write(entries: readonly HistoryEntry[]): void {
    void this.#file.write(() => entries.map(({ row, task }) => ({ row: { ...row, parts: row.parts.slice(0, PARTS_KEPT) }, task })));
  }

  /** When everything that was given to it is in the file. */
  settled(): Promise<void> {
    return this.#file.settled();
  }
}
