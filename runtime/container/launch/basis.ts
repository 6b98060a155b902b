import type { ContainerConfig, HostConfig } from '../../formats/docker/container-config.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { type ContainerSpec, specOf } from '../spec/spec.ts';
import type { CapabilitySets } from './final-ops.ts';

/** What a container's start and every exec have in common for as long as its configuration stays. */
export interface Basis {
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  readonly spec: ContainerSpec;
  readonly capabilities: CapabilitySets;
  readonly seccomp: Uint8Array | null;
}

const bases = new WeakMap<Entity, Basis>();

/** `made`: the spec of the configuration as it is, from whoever has it already. */
export function basisOf(engine: ContainerEngine, entity: Entity, made?: ContainerSpec): Basis {
  const { config, hostConfig } = entity.container;
  const cached = bases.get(entity);
  if (cached?.config === config && cached.hostConfig === hostConfig) return cached;
  const { privileges } = engine.deps;
  const spec = made ?? specOf(entity.id, config, hostConfig, engine.host);
  const capabilities = privileges.capabilities(spec.capabilities);
  const basis = { config, hostConfig, spec, capabilities, seccomp: privileges.seccomp(spec.security.seccomp, capabilities) };
  bases.set(entity, basis);
  return basis;
}
