import { EngineError } from '../../base/errors.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { unwatchHealth, watchHealth } from '../health/watch.ts';

export function pauseContainer(engine: ContainerEngine, entity: Entity): Promise<void> {
  return entity.serial.run(async () => {
    if (entity.state.status === 'paused') throw new EngineError('Conflict', `Container ${entity.id} is already paused`);
    if (entity.state.status === 'restarting') throw new EngineError('Conflict', `Container ${entity.id} is restarting, wait until the container is running`);
    entity.running();
    await engine.deps.cgroups.freeze(entity.id);
    if (!entity.isLive) return;
    unwatchHealth(engine, entity);
    engine.changeState(entity, { status: 'paused' });
    engine.announce(entity, 'pause');
  });
}

export function unpauseContainer(engine: ContainerEngine, entity: Entity): Promise<void> {
  return entity.serial.run(async () => {
    if (entity.state.status !== 'paused') throw new EngineError('Conflict', `Container ${entity.id} is not paused`);
    await engine.deps.cgroups.thaw(entity.id);
    if (!entity.isLive) return;
    engine.changeState(entity, { status: 'running' });
    watchHealth(engine, entity);
    engine.announce(entity, 'unpause');
  });
}
