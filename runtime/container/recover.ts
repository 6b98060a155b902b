import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { isKind, messageOf } from '../base/errors.ts';
import type { ExitRecord, MonitorHandle } from '../sys/launcher/launcher.ts';
import type { Container } from './container-service.ts';
import { makeMarkLayer, pathsOf, removeRunDirectory } from './directories.ts';
import type { ContainerEngine } from './engine.ts';
import { Entity } from './entity.ts';
import { restoreExecs } from './exec-records.ts';
import { unwatchedHealth } from './health/health.ts';
import { networkedOf, withoutPlaces } from './launch/networks.ts';
import { openResolver } from './launch/resolver.ts';
import { restartAfterBoot } from './restart-after-boot.ts';
import { shouldRestart } from './restart-policy.ts';
import { SIGKILL } from './signals.ts';
import { cgroupParentOf } from './spec/cgroup-parent.ts';
import { isLive } from './state.ts';
import { LOST, secondsOf, superviseRun, tearDown } from './supervise.ts';
import { removeAnonymousVolumes } from './verbs/create-mounts.ts';

/** Exit code of a container that ran when the machine went down; Docker's. */
const DIED_WITH_THE_MACHINE = 255;

/**
 * Makes the engine's view true after a restart, a crash or a reboot. What runs is adopted, exits meanwhile are recorded
 * with their own time, removals begun are finished, and what belongs to no container is collected.
 */
export async function recover(engine: ContainerEngine): Promise<void> {
  const { deps } = engine;
  mkdirSync(deps.directories.containers, { recursive: true, mode: 0o710 });
  mkdirSync(deps.directories.run, { recursive: true, mode: 0o710 });
  makeMarkLayer(deps.directories);
  const stored = deps.records.all();
  const removing = new Set(stored.filter(({ container }) => isBeingRemoved(container)).map(({ container }) => container.id));
  for (const { container } of stored) {
    const { cgroupParent } = cgroupParentOf(container.hostConfig.CgroupParent);
    if (cgroupParent !== undefined) deps.cgroups.place(container.id, cgroupParent);
  }
  for (const id of removing) deps.records.remove(id);
  for (const { container, isStopRequested } of stored) {
    if (!removing.has(container.id)) engine.table.add(Object.assign(new Entity(container), { isStopRequested }));
  }
  // Once all others are known, which may have the same volumes.
  for (const { container } of stored) if (removing.has(container.id) && container.hostConfig.AutoRemove) removeAnonymousVolumes(deps, container.mounts);
  await Promise.all([...engine.table.values()].map((entity) => recoverOne(engine, entity)));
  deps.network.settle();
  deps.volumes.settleMounts();
  await collect(engine);
  restartAfterBoot(engine);
}

async function recoverOne(engine: ContainerEngine, entity: Entity): Promise<void> {
  const paths = pathsOf(engine.deps.directories, entity.id);
  const found = await adopt(engine, paths.run);
  if (found === null) {
    if (!isLive(entity.state.status)) engine.show(entity, withoutPlaces(entity.container));
    else await endedUnseen(engine, entity, { code: DIED_WITH_THE_MACHINE, timeNano: engine.deps.now(), oomKilled: false }, false);
  } else if ('exited' in found) await resume(engine, entity, found);
  else {
    const { container, isStopRequested } = entity;
    const { RestartPolicy } = container.hostConfig;
    await endedUnseen(engine, entity, found, shouldRestart(RestartPolicy, { exitCode: found.code, restartCount: container.restartCount, isStopRequested }));
    engine.flush();
    removeRunDirectory(paths.run);
  }
}

/** A run that goes on. What the store says may be older than the run: the process itself knows better. */
async function resume(engine: ContainerEngine, entity: Entity, monitor: MonitorHandle): Promise<void> {
  const { cgroups, network, volumes } = engine.deps;
  const { container } = entity;
  entity.monitor = monitor;
  let isPaused = false;
  try {
    isPaused = cgroups.isFrozen(entity.id);
  } catch (error) {
    engine.deps.logger.warn('whether a container is paused is unknown', { id: entity.id, error: messageOf(error) });
  }
  const startedAt = isLive(entity.state.status) && entity.state.startedAt !== 0n ? entity.state.startedAt : engine.deps.now();
  for (const { volume } of container.mounts) if (volume !== undefined) volumes.restore(volume.name, entity.id);
  await network.restore(networkedOf(container), container.ports);
  await openResolver(engine, container, container.networks, monitor);
  engine.change(entity, {
    state: { ...entity.state, status: isPaused ? 'paused' : 'running', pid: monitor.pid, exitCode: 0, error: '', startedAt },
  });
  restoreExecs(engine, entity);
  superviseRun(engine, entity, monitor);
}

async function endedUnseen(engine: ContainerEngine, entity: Entity, record: Omit<ExitRecord, 'signal'>, restarts: boolean): Promise<void> {
  const { code, oomKilled, timeNano } = record;
  const { state, restartCount, health } = entity.container;
  await tearDown(engine, entity);
  engine.change(entity, {
    state: { ...state, status: restarts ? 'restarting' : 'exited', pid: 0, exitCode: code, oomKilled, finishedAt: timeNano },
    health: unwatchedHealth(health),
    ...withoutPlaces(entity.container),
    restartCount: restartCount + Number(restarts),
  });
  engine.announce(entity, 'die', { exitCode: String(code), execDuration: secondsOf(state, timeNano) });
}

async function adopt(engine: ContainerEngine, runDirectory: string): Promise<MonitorHandle | ExitRecord | null> {
  try {
    return await engine.deps.launcher.adopt(runDirectory);
  } catch (error) {
    // A monitor that ends takes its socket away; one that was killed, and its container with it, could not.
    if (isKind(error, 'NotFound') && existsSync(`${runDirectory}/s`)) return { ...LOST, timeNano: engine.deps.now() };
    // Nobody is there: at most a directory that a start has left when the engine died in the middle of it.
    if (isKind(error, 'NotFound')) rmSync(runDirectory, { recursive: true, force: true });
    else engine.deps.logger.error('a monitor could not be reached', { runDirectory, error: messageOf(error) });
    return null;
  }
}

/** Removes run directories, groups, files and snapshots of no container. */
async function collect(engine: ContainerEngine): Promise<void> {
  const { deps } = engine;
  const runs = new Set([...engine.table.values()].map(({ id }) => pathsOf(deps.directories, id).run));
  for (const name of readdirSync(deps.directories.run)) {
    const path = `${deps.directories.run}/${name}`;
    if (runs.has(path)) continue;
    const found = await adopt(engine, path);
    if (found !== null && 'exited' in found) {
      await found.signal(SIGKILL).catch(() => undefined);
      await found.exited.catch(() => undefined);
      await found.acknowledgeExit().catch(() => undefined);
      await found[Symbol.asyncDispose]();
    }
    removeRunDirectory(path);
  }
  for (const name of readdirSync(deps.directories.containers)) {
    if (engine.table.get(name) !== undefined) continue;
    rmSync(`${deps.directories.containers}/${name}`, { recursive: true, force: true });
  }
  for (const id of deps.cgroups.list()) if (/^[0-9a-f]{64}$/.test(id) && engine.table.get(id)?.isLive !== true) await deps.cgroups.remove(id);
  // Builds make snapshots too, and none of them outlives its engine.
  for (const key of deps.snapshots.list()) if (engine.table.get(key) === undefined) await deps.snapshots.remove(key);
}

function isBeingRemoved({ state }: Container): boolean {
  return state.status === 'removing' || state.status === 'dead';
}
