import { EngineError, messageOf } from '../../base/errors.ts';
import type { HostConfig, UpdateConfig } from '../../formats/docker/container-config.ts';
import type { ResourceLimits } from '../../sys/cgroups/resource-limits.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { checkRestartPolicy } from '../restart-policy.ts';
import { limitsOf } from '../spec/limits.ts';
import { ignoredFields, mergeUpdate } from '../spec/merge-update.ts';

/** Changes limits, which hold at once, and the restart policy: everything that was asked, stored, or nothing. */
export function updateContainer(engine: ContainerEngine, entity: Entity, update: UpdateConfig): Promise<readonly string[]> {
  return entity.serial.run(() => Promise.resolve(updateNow(engine, entity, update)));
}

function updateNow(engine: ContainerEngine, entity: Entity, update: UpdateConfig): readonly string[] {
  const { cgroups, records } = engine.deps;
  const { container } = entity;
  const { status } = entity.state;
  if (status === 'removing' || status === 'dead') throw cannot(entity, new EngineError('Conflict', 'container is marked for removal and cannot be "update"'));
  // What is wrong by itself is said before what contradicts the present configuration; swap alone belongs to the memory that is set.
  limitsOf(update.Memory ? update : { ...update, MemorySwap: 0 }, engine.host);
  const hostConfig = merged(entity, update);
  checkRestartPolicy(hostConfig);
  const before = limitsOf(container.hostConfig, engine.host);
  const after = limitsOf(hostConfig, engine.host);
  if (after.memorySwap !== undefined) hostConfig.MemorySwap = after.memorySwap;
  const change = changeOf(before, after);
  const revert = entity.isLive ? writeLimits(engine, entity, change) : null;
  try {
    records.redefine({ ...entity.stored, container: { ...container, hostConfig } });
  } catch (error) {
    revert?.();
    throw error;
  }
  engine.change(entity, { hostConfig });
  engine.announce(entity, 'update');
  return [...cgroups.warnings(change), ...ignoredFields(update)];
}

function merged({ container, id }: Entity, update: UpdateConfig): HostConfig {
  try {
    return mergeUpdate(container.hostConfig, update);
  } catch (error) {
    throw cannot({ id }, error);
  }
}

function writeLimits(engine: ContainerEngine, entity: Entity, change: ResourceLimits): () => void {
  try {
    return engine.deps.cgroups.update(entity.id, change);
  } catch (error) {
    throw cannot(entity, error);
  }
}

function cannot({ id }: { readonly id: string }, cause: unknown): EngineError {
  const kind = cause instanceof EngineError ? cause.kind : 'Internal';
  return new EngineError(kind, `Cannot update container ${id}: ${messageOf(cause)}`, { cause });
}

/** From `before` to `after`, what goes into one file given together. Nothing but a limit of processes can be taken away. */
function changeOf(before: ResourceLimits, after: ResourceLimits): ResourceLimits {
  const groups = [
    ['memory', 'memorySwap'],
    ['memoryReservation'],
    ['cpuShares'],
    ['cpuQuota', 'cpuPeriod'],
    ['cpusetCpus'],
    ['cpusetMems'],
    ['pids'],
    ['blkioWeight'],
  ] as const satisfies readonly (readonly (keyof ResourceLimits)[])[];
  const changed = groups.filter((keys) => keys.some((key) => before[key] !== after[key])).flat();
  return {
    ...Object.fromEntries(changed.flatMap((key) => (after[key] === undefined ? [] : [[key, after[key]]]))),
    ...(before.pids !== undefined && after.pids === undefined ? { pids: -1 } : {}),
  };
}
