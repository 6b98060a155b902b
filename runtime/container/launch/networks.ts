import { NO_PLACE } from '../../network/endpoint/endpoint-values.ts';
import type { NetworkedContainer, RunNetwork } from '../../network/network-service.ts';
import type { Container } from '../container-service.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { portRequestsOf } from '../spec/ports.ts';
import type { ContainerSpec } from '../spec/spec.ts';

const NO_NETWORK: RunNetwork = { inside: [], outside: [], sysctls: [], networks: [], ports: [] };

/** Puts a container on its networks for one run; `undo` takes it off. */
export async function connectNetworks(engine: ContainerEngine, entity: Entity, spec: ContainerSpec, undo: AsyncDisposableStack): Promise<RunNetwork> {
  const { network, records } = engine.deps;
  const { container } = entity;
  if (spec.namespaces.network.kind === 'container') return NO_NETWORK;
  undo.defer(() => network.release(container.id, false));
  const made = await network.connect(networkedOf(container), portRequestsOf(container));
  // An engine that dies in the middle has to know which addresses are taken when it comes back.
  if (made.outside.length > 0) records.update({ ...entity.stored, container: { ...container, networks: made.networks, ports: made.ports } });
  return made;
}

export function networkedOf({ id, name, config, networks }: Container): NetworkedContainer {
  return { id, name, hostname: config.Hostname ?? '', networks };
}

/** What a container keeps of its networks when it does not run. */
export function withoutPlaces({ networks }: Container): Pick<Container, 'networks' | 'ports'> {
  return { networks: networks.map((endpoint) => ({ ...endpoint, facts: NO_PLACE })), ports: [] };
}
