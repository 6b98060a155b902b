import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineClient } from '../engine/http-client.ts';
import { ReplacementRecords } from '../replacing/records.ts';
import { PROGRAMS } from '../tasks/programs.ts';
import { TaskHistory } from '../tasks/task-history.ts';
import { TaskList } from '../tasks/task-list.ts';

/** Nobody is logged in anywhere. */
const NO_LOGINS = { headersFor: () => Promise.resolve({}) };

export interface KeptTasks extends AsyncDisposable {
  readonly tasks: TaskList;
  readonly path: string;
  /** What the next shell would begin with. */
  again(): Promise<TaskList>;
}

/** A task list with a history file of its own. */
export async function taskList(engine: EngineClient): Promise<KeptTasks> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-tasks-'));
  const path = join(directory, 'config', 'tasks.json');
  const records = new ReplacementRecords(join(directory, 'replacing'));
  const history = new TaskHistory(path);
  const opened = [await TaskList.open({ engine, registries: NO_LOGINS, records, programs: PROGRAMS, history })];
  const [tasks] = opened as [TaskList];
  return {
    tasks,
    path,
    async again() {
      await history.settled();
      const next = await TaskList.open({ engine, registries: NO_LOGINS, records, programs: PROGRAMS, history });
      opened.push(next);
      return next;
    },
    async [Symbol.asyncDispose]() {
      for (const list of opened) list[Symbol.dispose]();
      await history.settled();
      await rm(directory, { recursive: true });
    },
  };
}
