import type { EngineClient } from '../engine/http-client.ts';
import type { TaskContext, TaskReport } from '../tasks/task.ts';
import { NO_RECORDS } from './records.ts';

/** What a task is run with, and what it reports. */
export function taskContext(
  engine: EngineClient,
  signal: AbortSignal,
  records = NO_RECORDS,
): { readonly context: TaskContext; readonly reports: readonly TaskReport[] } {
  const reports: TaskReport[] = [];
  const context = {
    id: 't',
    engine,
    records,
    signal,
    report: (one: TaskReport) => void reports.push(one),
    registries: { headersFor: () => Promise.resolve({}) },
  };
  return { context, reports };
}
