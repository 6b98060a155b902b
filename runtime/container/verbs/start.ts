import { EngineError } from '../../base/errors.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { launchFailure } from '../launch/failure.ts';
import { run } from '../supervise.ts';
import { removeByItself } from './remove.ts';

export function startContainer(engine: ContainerEngine, entity: Entity): Promise<void> {
  return entity.serial.run(() => {
    // Between two runs it counts as running.
    if (entity.state.status === 'restarting') throw new EngineError('NotModified', `container ${entity.id} is already running`);
    return startNow(engine, entity);
  });
}

/** As `startContainer`, for callers that hold the container's turn. */
export async function startNow(engine: ContainerEngine, entity: Entity): Promise<void> {
  const { status } = entity.state;
  if (status === 'running') throw new EngineError('NotModified', `container ${entity.id} is already running`);
  if (status === 'paused') throw new EngineError('Conflict', 'cannot start a paused container, try unpause instead');
  if (status === 'removing' || status === 'dead') throw new EngineError('Conflict', 'container is marked for removal and cannot be started');
  cancelRestart(entity);
  entity.isStopRequested = false;
  entity.quickExits = 0;
  if (entity.container.restartCount !== 0) engine.change(entity, { restartCount: 0 });
  await entity.teardown;
  try {
    await run(engine, entity);
  } catch (error) {
    const failure = launchFailure(error, 'start', entity.container.path);
    for (const attachment of entity.pending) attachment.end();
    engine.changeState(entity, {
      // Docker's state of a container whose very first start failed; a later failure leaves it exited.
      status: entity.state.startedAt === 0n ? 'created' : 'exited',
      exitCode: failure.exitCode,
      error: failure.error.message,
    });
    if (entity.container.hostConfig.AutoRemove) void removeByItself(engine, entity);
    throw failure.error;
  }
}

export function cancelRestart(entity: Entity): void {
  if (entity.restartTimer !== null) clearTimeout(entity.restartTimer);
  entity.restartTimer = null;
}
