import { humanDuration } from '../../base/units.ts';
import type { Container } from '../../container/container-service.ts';
import { mountsJson } from './mounts.ts';
import { endpointsJson } from './network-settings.ts';
import { portList } from './ports.ts';

/** `Up 3 minutes (Paused)`: the state in Docker's words. `now` in milliseconds since the epoch. */
function statusText(container: Container, now: number): string {
  const { state } = container;
  const since = (time: bigint): string => humanDuration(now - Number(time / 1_000_000n));
  switch (state.status) {
    case 'running':
      return `Up ${since(state.startedAt)}${healthText(container)}`;
    case 'paused':
      return `Up ${since(state.startedAt)} (Paused)`;
    case 'restarting':
      return `Restarting (${state.exitCode}) ${since(state.finishedAt)} ago`;
    case 'removing':
      return 'Removal In Progress';
    case 'created':
      return 'Created';
    case 'dead':
      return 'Dead';
    case 'exited':
      return `Exited (${state.exitCode}) ${since(state.finishedAt)} ago`;
  }
}

function healthText({ health }: Container): string {
  if (health === null) return '';
  return health.status === 'starting' ? ' (health: starting)' : ` (${health.status})`;
}

/** The command as one line; arguments with blanks stand in single quotes. */
export function commandLine(container: Container): string {
  return [container.path, ...container.args].map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(' ');
}

/** An entry of GET /containers/json. */
export function containerSummary(container: Container, now: number): object {
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.imageName,
    ImageID: container.imageId,
    Command: commandLine(container),
    Created: Number(container.createdAt / 1_000_000_000n),
    Ports: portList(container).map((port) => ({
      ...(port.host === null ? {} : { IP: port.address, PublicPort: port.host }),
      PrivatePort: port.container,
      Type: port.protocol,
    })),
    Labels: container.config.Labels ?? {},
    State: container.state.status,
    Status: statusText(container, now),
    HostConfig: { NetworkMode: container.hostConfig.NetworkMode ?? 'default' },
    NetworkSettings: { Networks: endpointsJson(container) },
    Mounts: mountsJson(container),
  };
}
