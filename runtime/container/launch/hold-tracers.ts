import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import type { ContainerSpec } from '../spec/spec.ts';
import { pidDonorOf } from './donors.ts';

/** CAP_SYS_PTRACE, capabilities(7). */
const SYS_PTRACE = 1n << 19n;

/**
 * Freezes the containers that could look into one about to start among their processes, until the answer is disposed of: to
 * CAP_SYS_PTRACE the kernel shows the root and the files of every process it sees, and before the program runs those are the host's.
 * Rejects when one cannot be frozen, and then none is.
 */
export async function holdTracers(engine: ContainerEngine, spec: ContainerSpec): Promise<AsyncDisposable> {
  await using held = new AsyncDisposableStack();
  const { pid } = spec.namespaces;
  if (pid.kind !== 'container') return held.move();
  const owner = ownerOf(engine, engine.table.find(pid.ref));
  for (const entity of engine.table.values()) {
    if (!entity.isLive || ownerOf(engine, entity) !== owner) continue;
    // The new one may trace, too.
    entity.monitor?.expectExec(null);
    if (!mayTrace(engine, entity)) continue;
    entity.holds++;
    held.defer(() => release(engine, entity));
    if (entity.holds === 1 && entity.state.status !== 'paused') await engine.deps.cgroups.freeze(entity.id);
  }
  return held.move();
}

async function release(engine: ContainerEngine, entity: Entity): Promise<void> {
  entity.holds--;
  // What a client has paused meanwhile, or before, stays so.
  if (entity.holds === 0 && entity.state.status === 'running') await engine.deps.cgroups.thaw(entity.id);
}

/** The container whose own pid namespace it is. */
function ownerOf(engine: ContainerEngine, entity: Entity): Entity {
  let owner = entity;
  for (let donor = pidDonorOf(engine, owner); donor !== undefined && donor !== entity; donor = pidDonorOf(engine, owner)) owner = donor;
  return owner;
}

function mayTrace(engine: ContainerEngine, { container: { hostConfig } }: Entity): boolean {
  if (hostConfig.Privileged) return true;
  const { bounding } = engine.deps.privileges.capabilities({ add: hostConfig.CapAdd ?? [], drop: hostConfig.CapDrop ?? [] });
  return (bounding & SYS_PTRACE) !== 0n;
}
