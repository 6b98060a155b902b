import type { Registries } from '../credentials/registries.ts';
import type { EngineClient } from '../engine/http-client.ts';
import type { TaskPart, TaskRequest, TaskRow } from '../ipc/contract/tasks.ts';
import type { ReplacementRecords } from '../replacing/records.ts';

/** What a running task tells; fields that are left out stay as they were. */
export interface TaskReport {
  readonly phase?: string;
  readonly current?: number;
  readonly total?: number;
  readonly parts?: readonly TaskPart[];
}

/** What work of the list may use while it runs. */
export interface WorkContext {
  /** Of the task. */
  readonly id: string;
  /** Aborted when the task is cancelled or the shell ends. */
  readonly signal: AbortSignal;
  /** Cheap: the list tells pages at its own pace, and counts the rate. */
  readonly report: (report: TaskReport) => void;
}

export interface TaskContext extends WorkContext {
  readonly engine: EngineClient;
  /** Logins for the registry that an image's name says, as headers for the engine. */
  readonly registries: Pick<Registries, 'headersFor'>;
  readonly records: ReplacementRecords;
}

/** How one kind of task is done. */
export interface TaskProgram<T extends TaskRequest = TaskRequest> {
  readonly unit: TaskRow['unit'];
  objectOf(task: T): string;
  /** Settles when it is over; what it returns is the row's `result`. Leaves nothing half-made when it throws or is cancelled. */
  run(task: T, context: TaskContext): Promise<string>;
}

export type TaskPrograms = { readonly [K in TaskRequest['kind']]: TaskProgram<Extract<TaskRequest, { kind: K }>> };
