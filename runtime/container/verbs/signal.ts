import { EngineError, isKind } from '../../base/errors.ts';
import type { StopOptions } from '../container-service.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { parseSignal, SIGKILL, SIGTERM } from '../signals.ts';
import { cancelRestart, startNow } from './start.ts';

/** Docker's. */
const KILL_PATIENCE_MS = 10_000;

/** Sends one signal; SIGKILL is also waited for, within reason. Throws Conflict when the container does not run. */
export async function killContainer(engine: ContainerEngine, entity: Entity, signal: string): Promise<void> {
  const number = parseSignal(signal || 'KILL');
  if (entity.state.status === 'restarting') {
    giveUpRestart(engine, entity);
    return;
  }
  if (!entity.isLive) throw new EngineError('Conflict', `Cannot kill container: ${entity.name}: Container ${entity.id} is not running`);
  if (number === SIGKILL || number === stopSignalOf(entity)) entity.isStopRequested = true;
  if (number !== SIGKILL) await send(engine, entity, number);
  else await killAndWait(engine, entity);
}

/** As with Docker a killed container has ended when its client is answered, unless the kernel holds its processes. */
async function killAndWait(engine: ContainerEngine, entity: Entity): Promise<void> {
  const waiting = new AbortController();
  const exited = entity.waiters.wait('next-exit', entity.state, waiting.signal).catch(() => undefined);
  const timer = setTimeout(() => waiting.abort(), KILL_PATIENCE_MS);
  try {
    await send(engine, entity, SIGKILL);
    await exited;
  } finally {
    clearTimeout(timer);
    waiting.abort();
  }
}

/** NotModified when it does not run. */
export function stopContainer(engine: ContainerEngine, entity: Entity, options: StopOptions): Promise<void> {
  const signal = options.signal ? parseSignal(options.signal) : stopSignalOf(entity);
  return entity.serial.run(async () => {
    if (entity.state.status === 'restarting') {
      giveUpRestart(engine, entity);
      engine.announce(entity, 'stop');
      return;
    }
    if (!entity.isLive) throw new EngineError('NotModified', `Container ${entity.id} is already stopped`);
    await stopNow(engine, entity, signal, options.timeout);
  });
}

/** Between two runs there is nobody to signal: the container stays as it has ended. */
function giveUpRestart(engine: ContainerEngine, entity: Entity): void {
  cancelRestart(entity);
  entity.isStopRequested = true;
  engine.changeState(entity, { status: 'exited' });
  entity.waiters.exited(entity.state);
}

export function restartContainer(engine: ContainerEngine, entity: Entity, options: StopOptions): Promise<void> {
  const signal = options.signal ? parseSignal(options.signal) : stopSignalOf(entity);
  return entity.serial.run(async () => {
    if (entity.isLive) await stopNow(engine, entity, signal, options.timeout);
    await startNow(engine, entity);
    engine.announce(entity, 'restart');
  });
}

/** Milliseconds; Node fires a timer that is set for longer at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Asks, waits out the grace, then kills. Resolves when the container has ended. */
async function stopNow(engine: ContainerEngine, entity: Entity, signal: number, timeout: number | undefined): Promise<void> {
  entity.isStopRequested = true;
  const grace = timeout ?? entity.container.config.StopTimeout ?? 10;
  const waiting = new AbortController();
  const exited = entity.waiters.wait('next-exit', entity.state, waiting.signal);
  exited.catch(() => undefined);
  const kill = (): void => {
    // The stop fails with a kill that fails: nothing else would end it.
    send(engine, entity, SIGKILL).catch((error: unknown) => waiting.abort(error));
  };
  const timer = grace < 0 ? null : setTimeout(kill, Math.min(grace * 1000, LONGEST_TIMER));
  try {
    // A paused process would sleep through its grace.
    if (entity.state.status === 'paused') await engine.deps.cgroups.thaw(entity.id);
    await send(engine, entity, signal);
  } catch (error) {
    waiting.abort(error);
  }
  try {
    await exited;
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
  engine.announce(entity, 'stop');
}

async function send(engine: ContainerEngine, entity: Entity, signal: number): Promise<void> {
  const { monitor } = entity;
  if (monitor === null) return;
  engine.announce(entity, 'kill', { signal: String(signal) });
  try {
    await monitor.signal(signal);
    if (signal === SIGKILL && entity.state.status === 'paused') await engine.deps.cgroups.thaw(entity.id);
  } catch (error) {
    // It has ended by itself meanwhile, which is what was wanted.
    if (!isKind(error, 'NotFound')) throw error;
  }
}

function stopSignalOf(entity: Entity): number {
  const { StopSignal } = entity.container.config;
  return StopSignal ? parseSignal(StopSignal) : SIGTERM;
}
