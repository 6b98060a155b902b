import { rename, rm } from 'node:fs/promises';
import { EngineError, isKind, messageOf } from '../../base/errors.ts';
import { pathsOf } from '../directories.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { SIGKILL } from '../signals.ts';
import { removeAnonymousVolumes } from './create-mounts.ts';

/** Removal of a container that ends by itself and one that a client asks for may meet: the second does nothing. */
export async function removeContainer(
  engine: ContainerEngine,
  entity: Entity,
  options: { readonly force: boolean; readonly volumes?: boolean },
): Promise<void> {
  if (!options.force) checkRemovable(engine, entity);
  else {
    entity.isStopRequested = true;
    // Before its turn: a stop that waits out its grace must not keep a forced removal waiting.
    await killForRemoval(engine, entity);
  }
  await entity.serial.run(async () => {
    if (engine.table.get(entity.id) !== entity) return;
    if (options.force) await killForRemoval(engine, entity);
    else checkRemovable(engine, entity);
    try {
      await removeNow(engine, entity, options.volumes ?? false);
    } catch (error) {
      // Docker's state of a container that is half gone: it can only be removed again.
      if (entity.state.status === 'removing') engine.changeState(entity, { status: 'dead', error: messageOf(error) });
      throw error;
    }
  });
}

/** A removal that nobody waits for. Never rejects. */
export async function removeByItself(engine: ContainerEngine, entity: Entity): Promise<void> {
  try {
    await removeContainer(engine, entity, { force: true });
  } catch (error) {
    engine.deps.logger.error('a container could not be removed', { id: entity.id, error: messageOf(error) });
  }
}

/** Docker's two refusals. */
function checkRemovable(engine: ContainerEngine, entity: Entity): void {
  const { status } = entity.state;
  if (status === 'paused') throw new EngineError('Conflict', `cannot remove container "/${entity.name}": container is paused and must be unpaused first`);
  if (status === 'running' || status === 'restarting') {
    throw new EngineError('Conflict', `cannot remove container "/${entity.name}": container is ${status}: stop the container before removing or force remove`);
  }
  // It has ended, but its files are about to become a layer.
  if (entity.step !== null) throw new EngineError('Conflict', `cannot remove container "/${entity.name}": a build uses it: stop the build or force remove`);
  if (engine.table.get(entity.id) !== entity) throw new EngineError('NotFound', `No such container: ${entity.id}`);
}

async function killForRemoval(engine: ContainerEngine, entity: Entity): Promise<void> {
  if (entity.restartTimer !== null) clearTimeout(entity.restartTimer);
  entity.restartTimer = null;
  if (entity.state.status === 'restarting') engine.changeState(entity, { status: 'exited' });
  // A start that hangs, say on a file system that does not answer, would keep the removal waiting for ever.
  entity.launching?.abort(new EngineError('Conflict', 'container is marked for removal and cannot be started'));
  const { monitor } = entity;
  if (monitor === null || !entity.isLive) return;
  const exited = new Promise<unknown>((resolve) => {
    void entity.waiters.wait('next-exit', entity.state, new AbortController().signal).then(resolve);
  });
  engine.announce(entity, 'kill', { signal: String(SIGKILL) });
  await monitor.signal(SIGKILL).catch((error: unknown) => {
    // It has ended by itself meanwhile; anything else would leave this waiting for an end that does not come.
    if (!isKind(error, 'NotFound')) throw error;
  });
  // A frozen process dies only once it is thawed (v1).
  if (entity.state.status === 'paused') await engine.deps.cgroups.thaw(entity.id);
  await exited;
}

async function removeNow(engine: ContainerEngine, entity: Entity, volumes: boolean): Promise<void> {
  const { deps } = engine;
  const { mounts, hostConfig } = entity.container;
  engine.changeState(entity, { status: 'removing' });
  // Stored before anything is taken away: an engine that dies in between finishes the removal when it comes back.
  engine.flush();
  await entity.roots.vacate(['writer', 'reader'], 0, `container ${entity.id} was removed`);
  const paths = pathsOf(deps.directories, entity.id);
  await deps.snapshots.remove(entity.id);
  // Out of sight at once; what is left of a crash in between is collected at the next start.
  const trash = `${deps.directories.containers}/.removed-${entity.id}`;
  await rename(paths.directory, trash).catch(ignoreMissing);
  try {
    deps.records.remove(entity.id);
  } catch {
    // A full disk has room again once the container's own files are gone, which otherwise nobody waits for.
    await rm(trash, { recursive: true, force: true });
    await deps.snapshots.idle();
    deps.records.remove(entity.id);
  }
  engine.forget(entity);
  if (volumes || hostConfig.AutoRemove) removeAnonymousVolumes(deps, mounts);
  for (const attachment of entity.pending) attachment.end();
  engine.announce(entity, 'destroy');
  entity.waiters.removed(entity.state);
  await rm(trash, { recursive: true, force: true });
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
