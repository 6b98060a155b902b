import { EngineError } from '../../base/errors.ts';
import type { EndpointConfig } from '../../formats/docker/container-config.ts';
import type { ContainerEndpoint } from '../../network/network-service.ts';
import type { Container } from '../container-service.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { followNetworks } from '../launch/follow-networks.ts';
import { networkedOf } from '../launch/networks.ts';
import { openResolver } from '../launch/resolver.ts';
import { checkTogether, endpointOn, settingsOf } from '../spec/endpoint.ts';

/** Puts a container on one more network: one that runs at once, any other when it starts. Throws in Docker's words. */
export function connectContainer(engine: ContainerEngine, entity: Entity, ref: string, asked: EndpointConfig): Promise<void> {
  return entity.serial.run(async () => {
    checkChangeable(entity);
    const { network } = engine.deps;
    const endpoint = endpointOn(network, ref, settingsOf(asked));
    const others = entity.container.networks.filter(({ networkId }) => networkId !== endpoint.networkId);
    checkTogether([...others, endpoint].map((one) => network.find(one.networkId)));
    // Until it runs the settings may be said anew.
    if (!entity.isLive) return change(engine, entity, [...others, endpoint]);
    if (others.length < entity.container.networks.length) {
      throw new EngineError('PermissionDenied', `endpoint with name ${entity.name} already exists in network ${endpoint.network}`);
    }
    await connectRunning(engine, entity, endpoint);
  });
}

async function connectRunning(engine: ContainerEngine, entity: Entity, endpoint: ContainerEndpoint): Promise<void> {
  const { network } = engine.deps;
  const made = network.attach(networkedOf(entity.container), endpoint);
  const networks = [...entity.container.networks, made.endpoint];
  try {
    await entity.running().changeNetwork(made);
    await openResolver(engine, entity.container, networks, entity.running());
  } catch (error) {
    // What of it was made already goes as well, unless the container is gone.
    const undoing = await network.detach({ ...networkedOf(entity.container), networks }, endpoint.networkId);
    await entity.monitor?.changeNetwork(undoing).catch(() => undefined);
    throw error;
  }
  const before = entity.container.networks;
  change(engine, entity, networks);
  followNetworks(engine, entity, before);
}

/** Takes a container off a network. `force` is for what is not there any more. Throws in Docker's words. */
export function disconnectContainer(engine: ContainerEngine, entity: Entity, ref: string, { force }: { readonly force: boolean }): Promise<void> {
  return entity.serial.run(async () => {
    if (!force) checkChangeable(entity);
    const { network } = engine.deps;
    const { container } = entity;
    const known = container.networks.find((one) => one.network === ref || one.networkId === ref)?.networkId ?? network.find(ref).id;
    const gone = container.networks.find(({ networkId }) => networkId === known);
    if (gone === undefined) {
      throw new EngineError('PermissionDenied', `container ${container.id} is not connected to network ${network.find(ref).name}`);
    }
    if (entity.isLive && gone.network === 'host') {
      throw new EngineError('InvalidArgument', 'container cannot be disconnected from host network or connected to host network');
    }
    let { ports } = container;
    if (entity.isLive) {
      const change = await network.detach(networkedOf(container), gone.networkId);
      ({ ports } = change);
      await entity.running().changeNetwork(change);
    }
    change(
      engine,
      entity,
      container.networks.filter((one) => one !== gone),
      ports,
    );
    if (entity.isLive) followNetworks(engine, entity, container.networks);
  });
}

/** Stored at once: an engine that dies has to know whose the addresses are. */
function change(engine: ContainerEngine, entity: Entity, networks: Container['networks'], ports = entity.container.ports): void {
  engine.change(entity, { networks, ports });
  engine.flush();
}

function checkChangeable({ id, container }: Entity): void {
  if (container.state.status === 'removing' || container.state.status === 'dead') {
    throw new EngineError('Conflict', `Container ${id} is marked for removal and cannot be connected or disconnected to the network`);
  }
  if ((container.hostConfig.NetworkMode ?? '').startsWith('container:')) {
    throw new EngineError('InvalidArgument', 'container sharing network namespace with another container or host cannot be connected to any other network');
  }
}
