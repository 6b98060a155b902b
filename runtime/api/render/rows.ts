import type { Container } from '../../container/container-service.ts';
import { lastVerdict } from '../../container/health/health.ts';
import { healthSettingsOf } from '../../container/health/settings.ts';
import type { ImageDetails } from '../../image/image-service.ts';
import type { Network, NetworkMember } from '../../network/network-service.ts';
import type { Volume } from '../../volume/volume-service.ts';
import type { ContainerRow, ImageRow, NetworkRow, VolumeRow } from '../types/feed.ts';
import { commandLine } from './container-summary.ts';
import { portList } from './ports.ts';

const millis = (timeNano: bigint): number => Number(timeNano / 1_000_000n);

/** A container as the feed tells of it. */
export function containerRow(container: Container): ContainerRow {
  const { state } = container;
  return {
    id: container.id,
    name: container.name,
    image: container.imageName,
    imageId: container.imageId,
    command: commandLine(container),
    state: state.status,
    exitCode: state.exitCode,
    oomKilled: state.oomKilled,
    error: state.error,
    createdAt: millis(container.createdAt),
    startedAt: millis(state.startedAt),
    finishedAt: millis(state.finishedAt),
    tty: container.config.Tty === true,
    labels: container.config.Labels ?? {},
    restartCount: container.restartCount,
    nextStartAt: state.status === 'restarting' ? millis(container.nextStartAt) : 0,
    health: healthOf(container),
    networks: container.networks.length > 0 ? container.networks.map(({ network }) => network) : [container.hostConfig.NetworkMode ?? 'default'],
    volumes: volumesOf(container),
    ports: portList(container),
  };
}

function healthOf({ config, health, state }: Container): ContainerRow['health'] {
  const settings = healthSettingsOf(config);
  if (health === null || settings === null) return health?.status ?? 'none';
  return state.status === 'running' ? health.status : lastVerdict(health, settings, state.startedAt);
}

/** Names of the volumes that a container mounts. */
export const volumesOf = ({ mounts }: Container): readonly string[] => mounts.flatMap(({ volume }) => volume?.name ?? []);

/** An image as the feed tells of it. */
export function imageRow(image: ImageDetails, usedBy: readonly string[]): ImageRow {
  const { config } = image.config;
  return {
    id: image.id,
    tags: image.repoTags,
    digests: image.repoDigests,
    createdAt: image.created * 1000,
    size: image.size,
    usedBy,
    command: [...(config?.Entrypoint ?? []), ...(config?.Cmd ?? [])].join(' '),
  };
}

const BUILT_IN: ReadonlySet<string> = new Set(['bridge', 'host', 'none']);

/** A network as the feed tells of it; `namesOn`: what a member answers to there. */
export function networkRow(network: Network, members: readonly NetworkMember[], namesOn: (containerId: string) => readonly string[]): NetworkRow {
  return {
    id: network.id,
    name: network.name,
    driver: network.driver,
    builtIn: BUILT_IN.has(network.name),
    internal: network.internal,
    ipv6: network.enableIPv6,
    createdAt: millis(network.createdAt),
    labels: network.labels,
    options: network.options,
    subnets: network.pools.map(({ subnet, ipRange, gateway }) => ({ subnet, range: ipRange, gateway })),
    ownSubnets: network.hasOwnSubnets,
    members: members.map(({ containerId, facts }) => ({
      container: containerId,
      ipv4: facts.ipAddress,
      ipv6: facts.globalIPv6Address,
      mac: facts.macAddress,
      names: namesOn(containerId),
    })),
  };
}

/** A volume as the feed tells of it. */
export function volumeRow(volume: Volume, usedBy: readonly string[]): VolumeRow {
  return {
    id: volume.name,
    driver: 'local',
    mountpoint: volume.mountpoint,
    createdAt: millis(volume.createdAt),
    labels: volume.labels,
    options: volume.options,
    usedBy,
  };
}
