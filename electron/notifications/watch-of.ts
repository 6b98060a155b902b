import { engineRuns } from '../engine/engine-runs.ts';
import type { EngineClient } from '../engine/http-client.ts';
import type { Supervisor } from '../engine/supervisor.ts';
import type { TaskList } from '../tasks/task-list.ts';
import type { Notices } from './notices.ts';
import { Watch } from './watch.ts';

/** A watch over the engine of a supervisor. */
export function watchOf(engine: EngineClient, tasks: TaskList, supervisor: Pick<Supervisor, 'state' | 'subscribe'>, notices: Notices): Watch {
  return new Watch({ engine, tasks, notices, onEngine: engineRuns(supervisor) });
}
