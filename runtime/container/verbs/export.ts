import type { ContainerArchive } from '../container-files.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { openFiles } from '../files/open-root.ts';

/** The whole of a container's files as one tar, without what is mounted into it. */
export async function exportContainer(engine: ContainerEngine, entity: Entity, signal: AbortSignal): Promise<ContainerArchive> {
  await using stack = new AsyncDisposableStack();
  const root = stack.use(await openFiles(engine, entity));
  const content = engine.deps.trees.pack({ root: root.fd, path: '/', closed: [], isWhole: true }, AbortSignal.any([signal, root.signal]));
  stack.defer(async () => void (await content.return(undefined)));
  engine.announce(entity, 'export');
  const kept = stack.move();
  return { content, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
