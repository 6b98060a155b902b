import { messageOf } from '../base/errors.ts';
import { inOrder } from './boot-order.ts';
import type { ContainerEngine } from './engine.ts';
import type { Entity } from './entity.ts';
import { donorsOf } from './launch/donors.ts';
import { scheduleRestart } from './supervise.ts';
import { removeByItself } from './verbs/remove.ts';
import { startContainer } from './verbs/start.ts';

/**
 * What policies ask for once an engine has found its containers: pending restarts go on, `always` and `unless-stopped` bring
 * back what does not run, and what was to be removed at its end is. `on-failure` counts only for exits that were due to restart.
 */
export function restartAfterBoot(engine: ContainerEngine): void {
  const due = new Set<Entity>();
  for (const entity of engine.table.values()) {
    const { hostConfig, state } = entity.container;
    const policy = hostConfig.RestartPolicy?.Name;
    if (state.status === 'restarting') scheduleRestart(engine, entity, 0);
    else if (state.status !== 'exited') continue;
    else if (policy === 'always' || (policy === 'unless-stopped' && !entity.isStopRequested)) due.add(entity);
    else if (hostConfig.AutoRemove) void removeByItself(engine, entity);
  }
  startInOrder(engine, due);
}

/** What others join or are linked to comes before them. */
function startInOrder(engine: ContainerEngine, due: ReadonlySet<Entity>): void {
  const started = new Map<Entity, Promise<void>>();
  const needsOf = ({ container }: Entity): Entity[] => donorsOf(engine, container).filter((donor) => due.has(donor));
  for (const entity of inOrder(due, needsOf)) {
    const needed = Promise.all(needsOf(entity).flatMap((donor) => started.get(donor) ?? []));
    const start = needed.then(() => startContainer(engine, entity));
    const failed = (error: unknown): void => {
      engine.deps.logger.warn('a container could not be started again', { id: entity.id, error: messageOf(error) });
    };
    started.set(entity, start.catch(failed));
  }
}
