import { EngineError, isKind } from '../../base/errors.ts';
import { decompressed, untilAborted } from '../../store/incoming.ts';
import type { PathStat } from '../../store/trees/path-stat.ts';
import type { ArchiveWriteOptions, ContainerArchive } from '../container-files.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { openRoot } from '../files/open-root.ts';
import type { RootUse } from '../files/root-uses.ts';
import { resolveUser } from '../spec/user.ts';

/** `ref` is the container as the client named it: Docker's texts repeat that. */
export async function statPath(engine: ContainerEngine, entity: Entity, ref: string, path: string): Promise<PathStat> {
  await using root = await openRoot(engine, entity);
  return await statIn(engine, root, ref, path);
}

export async function readArchive(
  engine: ContainerEngine,
  entity: Entity,
  ref: string,
  path: string,
  signal: AbortSignal,
): Promise<ContainerArchive & { readonly stat: PathStat }> {
  await using stack = new AsyncDisposableStack();
  const root = stack.use(await openRoot(engine, entity));
  const stat = await statIn(engine, root, ref, path);
  const content = engine.deps.trees.pack({ root: root.fd, path, closed: closedPaths(entity), isWhole: false }, AbortSignal.any([signal, root.signal]));
  stack.defer(async () => void (await content.return(undefined)));
  engine.announce(entity, 'archive-path');
  const kept = stack.move();
  return { stat, content, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

export async function writeArchive(
  engine: ContainerEngine,
  entity: Entity,
  ref: string,
  path: string,
  archive: AsyncIterable<Uint8Array>,
  options: ArchiveWriteOptions,
): Promise<void> {
  await using root = await openRoot(engine, entity);
  const { container } = entity;
  const { readInRoot, trees } = engine.deps;
  const owner = options.copyUIDGID
    ? resolveUser(container.config.User ?? '', [], readInRoot(root.pid, '/etc/passwd'), readInRoot(root.pid, '/etc/group'))
    : undefined;
  const job = {
    root: root.fd,
    path,
    noOverwriteDirNonDir: options.noOverwriteDirNonDir,
    owner: owner === undefined ? undefined : { uid: owner.uid, gid: owner.gid },
    isRootReadonly: container.hostConfig.ReadonlyRootfs ?? false,
  };
  const plain = decompressed(untilAborted(archive, AbortSignal.any([options.signal, root.signal])));
  try {
    await trees.unpack(job, plain);
  } catch (error) {
    // A compression that the engine does not know is the client's choice, not a part of the engine that is missing.
    if (isKind(error, 'Unsupported')) throw new EngineError('InvalidArgument', error.message, { cause: error });
    throw inContainer(error, ref, path);
  }
  engine.announce(entity, 'extract-to-dir');
}

async function statIn(engine: ContainerEngine, root: RootUse, ref: string, path: string): Promise<PathStat> {
  try {
    return await engine.deps.trees.stat({ root: root.fd, path });
  } catch (error) {
    throw inContainer(error, ref, path);
  }
}

function inContainer(error: unknown, ref: string, path: string): unknown {
  return isKind(error, 'NotFound') ? new EngineError('NotFound', `Could not find the file ${path} in container ${ref}`, { cause: error }) : error;
}

/** The engine's own /dev holds devices and terminals, no files; Docker shows it empty as well. */
export function closedPaths({ isLive, container }: Entity): readonly string[] {
  return isLive && !container.mounts.some(({ destination }) => destination === '/dev') ? ['/dev'] : [];
}
