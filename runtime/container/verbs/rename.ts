import { EngineError } from '../../base/errors.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { renameInLinks } from '../launch/links.ts';
import { checkName } from '../names.ts';
import { reserveName } from './create.ts';

export function renameContainer(engine: ContainerEngine, entity: Entity, asked: string): void {
  if (asked === '') throw new EngineError('InvalidArgument', 'Neither old nor new names may be empty');
  const oldName = entity.name;
  if (asked === oldName) throw new EngineError('InvalidArgument', 'Renaming a container with the same name as its current name');
  const name = allocating(() => checkName(asked));
  using _reserved = allocating(() => reserveName(engine, name, entity.id));
  // Written at once: a second container may take the old name the next moment, and the table has it unique.
  engine.deps.records.update({ ...entity.stored, container: { ...entity.container, name } });
  engine.change(entity, { name });
  engine.table.renamed(entity, oldName);
  renameInLinks(engine, oldName, name);
  engine.deps.network.rename(entity.id, name);
  engine.announce(entity, 'rename', { oldName: `/${oldName}` });
}

/** Docker says at what it failed, and its clients look for the words. */
function allocating<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.kind, `Error when allocating new name: ${error.message}`, { cause: error });
  }
}
