import { EngineError, isKind } from '../../base/errors.ts';
import { pathsOf } from '../directories.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { emptyLogFiles, logBytes } from '../logs/empty-log-files.ts';

/** Answers the bytes that it had. What writes a log is what empties it: the monitor while there is one. */
export async function emptyLogOf(engine: ContainerEngine, entity: Entity): Promise<number> {
  if (entity.container.hostConfig.LogConfig?.Type === 'none') {
    throw new EngineError('Unsupported', `no log of container "/${entity.name}" is kept: its log driver is none`);
  }
  const { log } = pathsOf(engine.deps.directories, entity.id);
  const bytes = await logBytes(log);
  if (await hasMonitorEmptied(entity)) return bytes;
  // In its turn: no start may begin to write meanwhile. One that was going on has a monitor by then.
  await entity.serial.run(async () => {
    if (engine.table.get(entity.id) !== entity) throw new EngineError('NotFound', `No such container: ${entity.id}`);
    if (!(await hasMonitorEmptied(entity))) await emptyLogFiles(log);
  });
  return bytes;
}

async function hasMonitorEmptied({ monitor }: Entity): Promise<boolean> {
  if (monitor === null) return false;
  try {
    await monitor.emptyLog();
    return true;
  } catch (error) {
    if (isKind(error, 'NotFound')) return false;
    throw error;
  }
}
