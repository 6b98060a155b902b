import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TaskRequest, TaskRow } from '../../electron/ipc/contract/tasks.ts';
import type { Transport } from '../engine/transport.ts';
import { documentVisibility, type Visibility } from './visibility.ts';
import { whileSeen } from './while-seen.ts';

export interface TaskState {
  /** Null: nothing known yet. */
  readonly tasks: ReadonlyMap<string, TaskRow> | null;
}

export interface TaskStore extends StoreApi<TaskState> {
  /** Follows the shell's list while the window is seen. Returns what stops it; it may be started again. */
  start(): () => void;
  /** Told of each task that was seen running and is over now, also when it ended while the window was hidden. Returns what ends it. */
  onEnd(listener: (row: TaskRow) => void): () => void;
  /** @throws RequestError */
  run(task: TaskRequest): Promise<string>;
  cancel(id: string): Promise<void>;
  retry(id: string): Promise<string>;
  forget(ids: readonly string[]): Promise<void>;
}

/** The shell's list of tasks, by id. Tasks go on in the shell whether or not anybody looks. */
export function createTaskStore(transport: Transport, visibility: Visibility = documentVisibility): TaskStore {
  const store = createStore<TaskState>(() => ({ tasks: null }));
  const listeners = new Set<(row: TaskRow) => void>();

  const take = (tasks: ReadonlyMap<string, TaskRow>, touched: Iterable<string>) => {
    const before = store.getState().tasks;
    store.setState({ tasks });
    for (const id of touched) {
      const row = tasks.get(id);
      if (row && row.state !== 'running' && before?.get(id)?.state === 'running') for (const listener of listeners) listener(row);
    }
  };
  const start = whileSeen({
    visibility,
    open: (again) =>
      transport.open(
        'tasks',
        {},
        {
          onData: (message) => {
            if ('snapshot' in message) {
              take(new Map(message.snapshot.map((row) => [row.id, row])), store.getState().tasks?.keys() ?? []);
              return;
            }
            const tasks = new Map(store.getState().tasks);
            for (const { id, value } of message.changes) {
              if (value) tasks.set(id, value);
              else tasks.delete(id);
            }
            take(
              tasks,
              message.changes.map(({ id }) => id),
            );
          },
          onClose: () => again(),
        },
      ),
  });

  return Object.assign(store, {
    start,
    onEnd(listener: (row: TaskRow) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    run: async (task: TaskRequest) => (await transport.request('task.start', { task })).id,
    cancel: async (id: string) => void (await transport.request('task.cancel', { id })),
    retry: async (id: string) => (await transport.request('task.retry', { id })).id,
    forget: async (ids: readonly string[]) => void (await transport.request('task.forget', { ids: [...ids] })),
  });
}

/** Those that run, oldest first: the order in which they began is the order in which people look for them. */
export const runningTasks = (tasks: TaskState['tasks']): readonly TaskRow[] =>
  [...(tasks?.values() ?? [])].filter(({ state }) => state === 'running').sort((a, b) => a.startedAt - b.startedAt);

/** From 0 to 1; null: nobody knows. */
export const shareOf = ({ current, total }: Pick<TaskRow, 'current' | 'total'>): number | null => (total > 0 ? Math.min(1, current / total) : null);
