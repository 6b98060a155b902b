import { z } from 'zod';
import { CUTS, STREAMED_KINDS, type TaskRequest, type TaskRow, taskSchema } from '../ipc/contract/tasks.ts';
import type { Keeping } from '../settings/keeping.ts';
import { KeptList } from '../settings/kept-list.ts';

/** One task as the file has it: its row, and what was asked, so that it can be tried again. Requests name secrets, they never hold them. */
export interface HistoryEntry {
  readonly row: TaskRow;
  /** Null: the bytes came from a page and are gone. */
  readonly task: TaskRequest | null;
}

/** Beyond these the oldest that are over are dropped. */
export const TASKS_KEPT = 200;
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

/** The file of what was done. */
export class TaskHistory extends KeptList<HistoryEntry> {
  constructor(path: string, keeping?: Keeping) {
    super(path, keeping, { parse: entryOf, idOf: ({ row }) => row.id, timeOf: ({ row }) => row.startedAt, limit: TASKS_KEPT });
  }

  override write(entries: readonly HistoryEntry[]): void {
    super.write(entries.map(({ row, task }) => ({ row: { ...row, parts: row.parts.slice(0, PARTS_KEPT) }, task })));
  }
}

/** What was running when the file was written has been interrupted at a time that nobody knows. */
function entryOf(value: unknown): HistoryEntry | null {
  const entry = entrySchema.safeParse(value);
  if (!entry.success) return null;
  const row = { ...entry.data.row, retryable: entry.data.task !== null } as TaskRow;
  const ended: TaskRow = row.state === 'running' ? { ...row, state: 'failed', cut: 'shell', rate: 0 } : row;
  return { row: ended, task: entry.data.task };
}
