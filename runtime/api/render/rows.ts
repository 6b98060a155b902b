import type { Container } from '../../container/container-service.ts';
import type { ImageDetails } from '../../image/image-service.ts';
import type { ContainerRow, ImageRow } from '../types/feed.ts';
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
    ports: portList(container),
  };
}

/** An image as the feed tells of it. */
export function imageRow(image: ImageDetails, usedBy: readonly string[]): ImageRow {
  const { config } = image.config;
  return {
    id: image.id,
    tags: image.repoTags,
    createdAt: image.created * 1000,
    size: image.size,
    usedBy,
    command: [...(config?.Entrypoint ?? []), ...(config?.Cmd ?? [])].join(' '),
  };
}
