import { EngineError } from '../../base/errors.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';
import type { Container } from '../container-service.ts';
import type { ContainerEngine } from '../engine.ts';
import type { Entity } from '../entity.ts';
import { parseLink } from '../spec/links.ts';
import { isIpcShareable, namespacesOf } from '../spec/namespaces.ts';
import type { ContainerSpec } from '../spec/spec.ts';

const MODES = ['NetworkMode', 'IpcMode', 'PidMode'] as const;
const FILES = { network: 'net', ipc: 'ipc', pid: 'pid' } as const;

/** What a container with another's network shares with it beside the network: its names and the files of /etc. */
export type NetworkIdentity = Pick<Container, 'config' | 'hostnamePath' | 'hostsPath' | 'resolvConfPath'>;

/** The modes that name another container, with its id: names change. Throws NotFound when there is none. */
export function modesById(engine: ContainerEngine, host: HostConfig): { [mode in (typeof MODES)[number]]?: string } {
  return Object.fromEntries(
    MODES.flatMap((mode) => {
      const ref = refOf(host[mode]);
      return ref === undefined ? [] : [[mode, `container:${engine.table.find(ref).id}`]];
    }),
  );
}

/** The containers that one needs to run before it: those whose namespaces it joins, and those it is linked to. */
export function donorsOf(engine: ContainerEngine, { hostConfig }: Container): Entity[] {
  const refs = MODES.map((mode) => refOf(hostConfig[mode]));
  const linked = (hostConfig.Links ?? []).map((link) => parseLink(link).target);
  return [...refs, ...linked].flatMap((ref) => (ref === undefined ? [] : (engine.table.get(ref) ?? engine.table.named(ref) ?? [])));
}

/** Whether others that run are on its network, which then outlives it. */
export function isNetworkShared(engine: ContainerEngine, entity: Entity): boolean {
  const isOn = ({ id, name, isLive, container }: Entity): boolean => {
    const owner = isLive && id !== entity.id && refOf(container.hostConfig.NetworkMode) !== undefined ? networkOwner(engine, name) : undefined;
    return owner?.id === entity.id;
  };
  return Iterator.from(engine.table.values()).some(isOn);
}

/** The container itself, or the one whose network it is on. */
export function networkOwner(engine: ContainerEngine, name: string): Entity | undefined {
  let entity = engine.table.named(name);
  for (let hops = 0; entity !== undefined && hops < 10; hops++) {
    const ref = refOf(entity.container.hostConfig.NetworkMode);
    if (ref === undefined) return entity;
    entity = engine.table.get(ref) ?? engine.table.named(ref);
  }
  return entity;
}

/** The container whose pid namespace another one joins. */
export function pidDonorOf(engine: ContainerEngine, { container }: Entity): Entity | undefined {
  const ref = refOf(container.hostConfig.PidMode);
  return ref === undefined ? undefined : (engine.table.get(ref) ?? engine.table.named(ref));
}

function refOf(mode: string | null | undefined): string | undefined {
  return /^container:(.+)$/.exec(mode ?? '')?.[1];
}

/** Null: its own. Throws Conflict in Docker's words when the other does not run. */
export function sharedIdentity(engine: ContainerEngine, container: Container): NetworkIdentity | null {
  const { network } = namespacesOf(container.hostConfig);
  if (network.kind !== 'container') return null;
  const { config, hostnamePath, hostsPath, resolvConfPath } = donorOf(engine, 'network', network.ref).container;
  return { config: { ...container.config, Hostname: config.Hostname, Domainname: config.Domainname }, hostnamePath, hostsPath, resolvConfPath };
}

/** `/proc/<pid>/ns/<name>` of the namespaces that are others'. Throws as above, and InvalidArgument for a private IPC namespace. */
export function joinedNamespaces(engine: ContainerEngine, { namespaces }: ContainerSpec): string[] {
  return (['network', 'ipc', 'pid'] as const).flatMap((kind) => {
    const source = namespaces[kind];
    return source.kind === 'container' ? [`/proc/${donorOf(engine, kind, source.ref).running().pid}/ns/${FILES[kind]}`] : [];
  });
}

/** The mount namespace whose /dev/shm goes with a joined IPC namespace; null: the container does not join one. */
export function sharedMemoryOf(engine: ContainerEngine, { namespaces: { ipc } }: ContainerSpec): string | null {
  return ipc.kind === 'container' ? `/proc/${donorOf(engine, 'ipc', ipc.ref).running().pid}/ns/mnt` : null;
}

function donorOf(engine: ContainerEngine, kind: keyof typeof FILES, ref: string): Entity {
  const donor = engine.table.find(ref);
  if (!donor.isLive) {
    const why = kind === 'network' ? `cannot join network of a non running container: ${donor.id}` : `${failed(kind)}: container ${donor.id} is not running`;
    throw new EngineError('Conflict', why);
  }
  if (kind === 'ipc' && !isIpcShareable(donor.container.hostConfig)) {
    throw new EngineError('InvalidArgument', `${failed(kind)}: container ${donor.id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`);
  }
  return donor;
}

function failed(kind: 'ipc' | 'pid'): string {
  return `failed to join ${kind.toUpperCase()} namespace`;
}
