import { closeSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { EngineError } from '../../base/errors.ts';
import { MS } from '../../sys/constants.ts';
import { hasCode } from '../../sys/errno.ts';
import type { MonitorHandle } from '../../sys/launcher/launcher.ts';
import type { Op } from '../../sys/launcher/ops.ts';
import { pathsOf } from '../directories.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { makeBindSources } from '../launch/bind-sources.ts';
import { etcFilesOf } from '../launch/etc-files.ts';
import { ownMounts } from '../launch/plan.ts';
import { takeStorage } from '../launch/storage.ts';
import { specOf } from '../spec/spec.ts';
import { openView, ROOT_FLAGS } from './open-view.ts';
import { overlayOf } from './overlay.ts';
import type { OpenedRoot, RootUse } from './root-uses.ts';

/**
 * The root of a container, as it sees it itself while it runs, mounts included; else its files with its binds and volumes,
 * mounted in a namespace of nobody's. Nothing is left once it is disposed of.
 */
export async function openRoot(engine: ContainerEngine, entity: Entity): Promise<RootUse> {
  const live = await openLive(engine, entity);
  if (live !== null) return live;
  return entity.serial.run(async () => {
    const started = await openLive(engine, entity);
    if (started !== null) return started;
    await entity.teardown;
    return entity.roots.share(() => openStopped(engine, entity));
  });
}

/** Null when it does not run, or does not any more by the time it is known. */
async function openLive(engine: ContainerEngine, entity: Entity): Promise<RootUse | null> {
  checkPresent(engine, entity);
  if (entity.monitor === null || !entity.isLive) return null;
  const root = liveRoot(entity.monitor);
  if (root !== null) return entity.roots.own(root, 'writer');
  await entity.monitor.exited.catch(() => undefined);
  return null;
}

/** What the container's image and its own files make together, without anything mounted into it. Read-only; the container may run. */
export async function openFiles(engine: ContainerEngine, entity: Entity): Promise<RootUse> {
  checkPresent(engine, entity);
  const { lower, upper } = overlayOf(engine, entity.id);
  return entity.roots.own(await viewOf(engine, entity, [{ op: 'overlay', lower: [upper, ...lower] }]), 'reader');
}

function checkPresent(engine: ContainerEngine, entity: Entity): void {
  if (engine.table.get(entity.id) !== entity || entity.state.status === 'removing') throw new EngineError('NotFound', `No such container: ${entity.id}`);
}

/**
 * Null when the process is gone. The namespace is held together with the root: a container that ends in the meantime would take its mounts away, and a
 * copy would miss them without a word.
 */
function liveRoot({ pid, startTime }: MonitorHandle): OpenedRoot | null {
  using held = new DisposableStack();
  try {
    const directory = openSync(`/proc/${pid}`, ROOT_FLAGS);
    held.defer(() => closeSync(directory));
    // Whatever has the number now, this descriptor is one process's: either the container's or a stranger's.
    if (startTimeOf(readFileSync(`/proc/self/fd/${directory}/stat`, 'latin1')) !== startTime) return null;
    const namespace = openSync(`/proc/self/fd/${directory}/ns/mnt`, constants.O_RDONLY);
    held.defer(() => closeSync(namespace));
    const fd = openSync(`/proc/self/fd/${directory}/root`, ROOT_FLAGS);
    held.defer(() => closeSync(fd));
    const kept = held.move();
    return { fd, pid, [Symbol.asyncDispose]: () => Promise.resolve(kept.dispose()) };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return null;
    throw error;
  }
}

/** Field 22 of proc_pid_stat(5); the name before it may hold any character. */
function startTimeOf(stat: string): bigint {
  return BigInt(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? -1);
}

/** Without any tmpfs: an empty one would take what is copied into it along when it goes. */
async function openStopped(engine: ContainerEngine, entity: Entity): Promise<OpenedRoot> {
  const { container, id } = entity;
  await using undo = new AsyncDisposableStack();
  const spec = specOf(id, container.config, container.hostConfig, engine.host);
  makeBindSources(spec.mounts);
  const storage = await takeStorage(engine.deps.volumes, container, undo);
  const etcFiles = etcFilesOf(container).filter(({ source }) => existsSync(source));
  const binds = ownMounts(spec, { storage, etcFiles }).flatMap((op) => (op.op === 'bind' ? [{ ...op, propagation: MS.PRIVATE | MS.REC }] : []));
  const { lower, upper, work } = overlayOf(engine, id);
  const view = undo.use(await viewOf(engine, entity, [{ op: 'overlay', lower, upper, work }, ...binds]));
  const kept = undo.move();
  return { fd: view.fd, pid: view.pid, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

let views = 0;

function viewOf(engine: ContainerEngine, { id }: Entity, mounts: readonly Op[]): Promise<OpenedRoot> {
  const { launcher, directories } = engine.deps;
  return openView(launcher, { id, runDirectory: `${pathsOf(directories, id).run.slice(0, -8)}-v${++views}` }, mounts);
}
