import { messageOf } from '../base/errors.ts';
import type { ContainerEngine } from './engine.ts';
import type { Entity } from './entity.ts';
import { scheduleRestart } from './supervise.ts';
import { removeByItself } from './verbs/remove.ts';
import { startContainer } from './verbs/start.ts';

/**
 * What policies ask for once an engine has found its containers: pending restarts go on, `always` and `unless-stopped` bring
 * back what does not run, and what was to be removed at its end is. `on-failure` counts only for exits that were due to restart.
 */
export function restartAfterBoot(engine: ContainerEngine): void {
  const due: Entity[] = [];
  for (const entity of engine.table.values()) {
    const { hostConfig, state } = entity.container;
    const policy = hostConfig.RestartPolicy?.Name;
    if (state.status === 'restarting') scheduleRestart(engine, entity, 0);
    else if (state.status !== 'exited') continue;
    else if (policy === 'always' || (policy === 'unless-stopped' && !entity.isStopRequested)) due.push(entity);
    else if (hostConfig.AutoRemove) void removeByItself(engine, entity);
  }
  void startInOrder(engine, due);
}

/** Those that live in namespaces of others come after the others. */
async function startInOrder(engine: ContainerEngine, due: readonly Entity[]): Promise<void> {
  const joins = ({ container: { hostConfig } }: Entity): boolean =>
    [hostConfig.NetworkMode, hostConfig.PidMode, hostConfig.IpcMode].some((mode) => mode?.startsWith('container:'));
  for (const turn of [due.filter((entity) => !joins(entity)), due.filter(joins)]) {
    const started = await Promise.allSettled(turn.map((entity) => startContainer(engine, entity)));
    for (const [index, result] of started.entries()) {
      const id = turn[index]?.id;
      if (result.status === 'rejected') engine.deps.logger.warn('a container could not be started again', { id, error: messageOf(result.reason) });
    }
  }
}
