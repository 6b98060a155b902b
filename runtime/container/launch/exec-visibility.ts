import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import type { ContainerSpec } from '../spec/spec.ts';

/** capabilities(7). */
const CAP_SYS_PTRACE = 1n << 19n;

/**
 * Whether an exec may be born in the container's pid namespace at once: it is the container's own, shared with nobody, and no
 * program in it can have CAP_SYS_PTRACE, by which it would look into the process before that has joined.
 */
export function isBornInside(engine: ContainerEngine, entity: Entity, spec: ContainerSpec): boolean {
  if (spec.namespaces.pid.kind !== 'own') return false;
  if ((engine.deps.privileges.capabilities(spec.capabilities).bounding & CAP_SYS_PTRACE) !== 0n) return false;
  for (const { config } of entity.execs.values()) if (config.privileged) return false;
  for (const { container } of engine.table.values()) if (container.hostConfig.PidMode?.startsWith('container:')) return false;
  return true;
}
