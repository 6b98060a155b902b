import { messageOf } from '../base/errors.ts';
import type { ExitRecord, MonitorHandle } from '../sys/launcher/launcher.ts';
import { connectLate } from './attach/connect-pending.ts';
import type { ContainerState } from './container-service.ts';
import { pathsOf, removeRunDirectory } from './directories.ts';
import type { ContainerEngine } from './engine.ts';
import type { Entity } from './entity.ts';
import { startingHealth } from './health/health.ts';
import { healthSettingsOf } from './health/settings.ts';
import { unwatchHealth, watchHealth } from './health/watch.ts';
import { isNetworkShared } from './launch/donors.ts';
import { launchFailure } from './launch/failure.ts';
import { type Launched, launch } from './launch/launch.ts';
import { refreshLinksTo } from './launch/links.ts';
import { withoutPlaces } from './launch/networks.ts';
import { releaseStorage } from './launch/storage.ts';
import { RESTART_BACK_OFF, restartDelay, shouldRestart } from './restart-policy.ts';
import { transition } from './state.ts';
import { removeByItself } from './verbs/remove.ts';

/** How long a start waits for copies into and out of the container's files. */
const COPY_GRACE_MS = 10_000;

/** What is recorded of a run whose monitor is gone without a word. */
export const LOST: Omit<ExitRecord, 'timeNano'> = { code: 137, signal: 9, oomKilled: false };

/** Launches, announces and watches a run; a failed launch is the caller's. */
export async function run(engine: ContainerEngine, entity: Entity): Promise<void> {
  await entity.roots.vacate(['writer'], COPY_GRACE_MS, 'the container was started while its files were copied');
  const { monitor, startedAt, networks, ports, identity } = await launchAbortably(engine, entity);
  entity.monitor = monitor;
  const state = transition(entity.state, {
    status: 'running',
    pid: monitor.pid,
    exitCode: 0,
    oomKilled: false,
    error: '',
    startedAt,
  });
  const health = healthSettingsOf(entity.container.config) === null ? null : startingHealth(entity.container.health);
  engine.change(entity, { ...identity, networks, ports, state, health });
  refreshLinksTo(engine, entity);
  engine.announce(entity, 'start');
  superviseRun(engine, entity, monitor);
  void connectLate(engine, entity, monitor);
}

async function launchAbortably(engine: ContainerEngine, entity: Entity): Promise<Launched> {
  const launching = new AbortController();
  entity.launching = launching;
  try {
    return await launch(engine, entity, launching.signal);
  } catch (error) {
    // What a launch that was given up meets at its end is not why it ended.
    launching.signal.throwIfAborted();
    throw error;
  } finally {
    entity.launching = null;
  }
}

/** Watches a run to its end. */
export function superviseRun(engine: ContainerEngine, entity: Entity, monitor: MonitorHandle): void {
  entity.isOomAnnounced = false;
  entity.watchedSince = performance.now();
  watchHealth(engine, entity);
  monitor.onOom(() => announceOom(engine, entity));
  monitor.exited.then(
    (record) => ended(engine, entity, monitor, record),
    (error: unknown) => {
      engine.deps.logger.error('a monitor was lost', { id: entity.id, error: messageOf(error) });
      ended(engine, entity, monitor, { ...LOST, timeNano: engine.deps.now() });
    },
  );
}

/** Everything that follows from an exit. What clients wait for comes first, what the kernel still holds goes afterwards. */
function ended(engine: ContainerEngine, entity: Entity, monitor: MonitorHandle, record: ExitRecord): void {
  const { container } = entity;
  const { hostConfig } = container;
  const run = entity.runs;
  // By a clock that nobody sets, unless an earlier engine saw the start.
  const isLong = record.timeNano - entity.state.startedAt >= BigInt(RESTART_BACK_OFF.lastedMs) * 1_000_000n;
  const lasted = isLong || performance.now() - entity.watchedSince >= RESTART_BACK_OFF.lastedMs;
  const restarts = shouldRestart(hostConfig.RestartPolicy, {
    exitCode: record.code,
    restartCount: container.restartCount,
    isStopRequested: entity.isStopRequested,
  });
  entity.monitor = null;
  unwatchHealth(engine, entity);
  const status = restarts ? 'restarting' : 'exited';
  const state = transition(entity.state, { status, pid: 0, exitCode: record.code, oomKilled: record.oomKilled, finishedAt: record.timeNano });
  const restartCount = container.restartCount + Number(restarts);
  engine.change(entity, { state, restartCount, ...withoutPlaces(container) }, () => void acknowledge(engine, entity, monitor, run));
  entity.waiters.exited(entity.state);
  for (const stop of entity.logFollowers) stop();
  if (record.oomKilled) announceOom(engine, entity);
  engine.announce(entity, 'die', { exitCode: String(record.code), execDuration: secondsOf(state, record.timeNano) });
  entity.teardown = tearDown(engine, entity);
  if (restarts) scheduleRestart(engine, entity, lasted ? 0 : entity.quickExits);
  else if (hostConfig.AutoRemove) void removeByItself(engine, entity);
}

/** How long a run was, in whole seconds as events have it; a clock that was set back makes it none. */
export function secondsOf({ startedAt }: ContainerState, endedAt: bigint): string {
  return String(startedAt === 0n || endedAt < startedAt ? 0n : (endedAt - startedAt) / 1_000_000_000n);
}

/** Once a run: the kernel may kill many processes one after another. */
function announceOom(engine: ContainerEngine, entity: Entity): void {
  if (entity.isOomAnnounced) return;
  entity.isOomAnnounced = true;
  engine.announce(entity, 'oom');
}

async function acknowledge(engine: ContainerEngine, entity: Entity, monitor: MonitorHandle, run: number): Promise<void> {
  try {
    await monitor.acknowledgeExit();
    await monitor[Symbol.asyncDispose]();
    await entity.teardown;
    // A new run may use the directory by now, or be about to.
    if (entity.runs === run) removeRunDirectory(pathsOf(engine.deps.directories, entity.id).run);
  } catch (error) {
    engine.deps.logger.warn('an exit could not be acknowledged', { id: entity.id, error: messageOf(error) });
  }
}

/** Gives back what a run held in the kernel. Never rejects: what one part keeps must not keep the others. */
export async function tearDown(engine: ContainerEngine, entity: Entity): Promise<void> {
  const { cgroups, network, volumes, logger } = engine.deps;
  const attempt = async (what: string, giveBack: () => void | Promise<void>): Promise<void> => {
    try {
      await giveBack();
    } catch (error) {
      logger.error(`the ${what} of a container were left behind`, { id: entity.id, error: messageOf(error) });
    }
  };
  await Promise.all([
    attempt('addresses', () => network.release(entity.id, isNetworkShared(engine, entity))),
    attempt('volumes', () => releaseStorage(volumes, entity.container)),
    attempt('cgroups', () => cgroups.remove(entity.id)),
  ]);
}

/** `quickExits`: how many runs in a row, before the one that has just ended, did not last. */
export function scheduleRestart(engine: ContainerEngine, entity: Entity, quickExits: number): void {
  const delay = restartDelay(quickExits);
  entity.quickExits = quickExits + 1;
  engine.show(entity, { nextStartAt: engine.deps.now() + BigInt(delay) * 1_000_000n });
  entity.restartTimer = setTimeout(() => {
    entity.restartTimer = null;
    entity.serial
      .run(() => restartByPolicy(engine, entity))
      .catch((error: unknown) => engine.deps.logger.error('a restart went wrong', { id: entity.id, error: messageOf(error) }));
  }, delay);
}

async function restartByPolicy(engine: ContainerEngine, entity: Entity): Promise<void> {
  if (entity.state.status !== 'restarting') return;
  await entity.teardown;
  try {
    await run(engine, entity);
  } catch (error) {
    const failure = launchFailure(error, 'start', entity.container.path);
    engine.deps.logger.warn('a restart failed', { id: entity.id, error: failure.error.message });
    engine.changeState(entity, { status: 'exited', exitCode: failure.exitCode, error: failure.error.message });
    entity.waiters.exited(entity.state);
  }
}
