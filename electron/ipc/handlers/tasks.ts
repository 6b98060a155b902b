import type { TaskList } from '../../tasks/task-list.ts';
import type { Backend, StreamContext } from '../backend.ts';

type Names = 'task.start' | 'task.cancel' | 'task.retry' | 'task.forget';

/** Between two messages of one page. */
const PACE = 200;
/** How often the rate of what says nothing is looked at. */
const STALL = 1000;

export function taskRequests(tasks: TaskList): Pick<Backend['requests'], Names> {
  return {
    'task.start': ({ task }) => answer(() => ({ id: tasks.start(task) })),
    'task.cancel': ({ id }) => answer(() => (tasks.cancel(id), null)),
    'task.retry': ({ id }) => answer(() => ({ id: tasks.retry(id) })),
    'task.forget': ({ ids }) => answer(() => (tasks.forget(ids), null)),
  };
}

/** What throws rejects. */
const answer = <T>(act: () => T): Promise<T> => Promise.resolve().then(act);

export function taskStreams(tasks: TaskList): Pick<Backend['streams'], 'tasks'> {
  return {
    async tasks(_params, stream) {
      const changed = new Set<string>();
      let wake: () => void = () => undefined;
      stream.signal.addEventListener('abort', () => wake(), { once: true });
      using _changes = tasks.onChange((id) => {
        changed.add(id);
        wake();
      });
      const rates = new Map<string, number>();
      const snapshot = tasks.rows();
      for (const { id, state, rate } of snapshot) if (state === 'running') rates.set(id, rate);
      await stream.send({ snapshot });
      while (!stream.signal.aborted) {
        if (changed.size === 0) {
          await new Promise<void>((resolve) => {
            const timer = rates.size > 0 ? setTimeout(resolve, STALL) : undefined;
            wake = () => (clearTimeout(timer), resolve());
          });
          for (const [id, rate] of rates) if (tasks.row(id)?.rate !== rate) changed.add(id);
          if (changed.size === 0) continue;
        }
        await sendChanges(tasks, stream, changed, rates);
        await new Promise<void>((resolve) => setTimeout(resolve, PACE));
      }
    },
  };
}

/** What has changed as it is now, however often it has: a slow page bounds what waits for it. */
async function sendChanges(tasks: TaskList, stream: StreamContext<'tasks'>, changed: Set<string>, rates: Map<string, number>): Promise<void> {
  const changes = [...changed].map((id) => ({ id, value: tasks.row(id) }));
  changed.clear();
  for (const { id, value } of changes) {
    if (value?.state === 'running') rates.set(id, value.rate);
    else rates.delete(id);
  }
  await stream.send({ changes });
}
