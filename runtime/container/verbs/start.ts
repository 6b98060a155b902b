import { EngineError } from '../../base/errors.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { launchFailure } from '../launch/failure.ts';
import { launch } from '../launch/launch.ts';
import { superviseRun } from '../supervise.ts';
import { removeContainer } from './remove.ts';

export function startContainer(engine: ContainerEngine, entity: Entity): Promise<void> {
  return entity.serial.run(() => startNow(engine, entity));
}

/** As `startContainer`, for callers that hold the container's turn. */
export async function startNow(engine: ContainerEngine, entity: Entity): Promise<void> {
  const { status } = entity.state;
  if (status === 'running') throw new EngineError('NotModified', `container ${entity.id} is already running`);
  if (status === 'paused') throw new EngineError('Conflict', 'cannot start a paused container, try unpause instead');
  if (status === 'removing' || status === 'dead') throw new EngineError('Conflict', 'container is marked for removal and cannot be started');
  cancelRestart(entity);
  entity.isStopRequested = false;
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
    if (entity.container.hostConfig.AutoRemove) void removeContainer(engine, entity, { force: true });
    throw failure.error;
  }
}

/** Launches and announces; failures are the caller's. */
export async function run(engine: ContainerEngine, entity: Entity): Promise<void> {
  const { monitor, network } = await launch(engine, entity);
  entity.monitor = monitor;
  engine.change(entity, { network });
  engine.changeState(entity, {
    status: 'running',
    pid: monitor.pid,
    exitCode: 0,
    oomKilled: false,
    error: '',
    startedAt: engine.deps.now(),
    finishedAt: entity.state.finishedAt,
  });
  engine.announce(entity, 'start');
  superviseRun(engine, entity, monitor);
}

export function cancelRestart(entity: Entity): void {
  if (entity.restartTimer !== null) clearTimeout(entity.restartTimer);
  entity.restartTimer = null;
}
