import { rfc3339Nano } from '../../base/timestamps.ts';
import type { Container } from '../../container/container-service.ts';
import type { Health } from '../../container/health/health.ts';
import { MASKED_PATHS, READONLY_PATHS } from '../../container/launch/hidden-paths.ts';

import { configJson, hostConfigJson } from './container-config.ts';
import { mountsJson } from './mounts.ts';
import { networkSettingsJson } from './network-settings.ts';

export interface ContainerSizes {
  /** Bytes of the writable layer. */
  readonly writable: number;
  /** Bytes of it and of the image. */
  readonly root: number;
}

function healthJson({ status, failingStreak, log }: Health): object {
  const row = ({ start, end, exitCode, output }: Health['log'][number]): object => ({
    Start: rfc3339Nano(start),
    End: rfc3339Nano(end),
    ExitCode: exitCode,
    Output: output,
  });
  return { Status: status, FailingStreak: failingStreak, Log: log.map(row) };
}

function stateJson(container: Container): object {
  const { state } = container;
  const live = state.status === 'running' || state.status === 'paused' || state.status === 'restarting';
  return {
    Status: state.status,
    Running: live,
    Paused: state.status === 'paused',
    Restarting: state.status === 'restarting',
    OOMKilled: state.oomKilled,
    Dead: state.status === 'dead',
    Pid: state.pid,
    ExitCode: state.exitCode,
    Error: state.error,
    StartedAt: rfc3339Nano(state.startedAt),
    FinishedAt: rfc3339Nano(state.finishedAt),
    ...(container.health === null ? {} : { Health: healthJson(container.health) }),
  };
}

/** The defaults, where the container does not say otherwise and hides anything at all. */
function hiddenOf({ hostConfig }: Container): { readonly MaskedPaths: string[] | null; readonly ReadonlyPaths: string[] | null } {
  if (hostConfig.Privileged) return { MaskedPaths: null, ReadonlyPaths: null };
  return { MaskedPaths: hostConfig.MaskedPaths ?? [...MASKED_PATHS], ReadonlyPaths: hostConfig.ReadonlyPaths ?? [...READONLY_PATHS] };
}

/** Kept as `target:alias`, shown with the name under which the alias is found. */
function linksOf({ name, hostConfig }: Container): { readonly Links?: string[] } {
  return hostConfig.Links?.length ? { Links: hostConfig.Links.map((link) => `/${link.replace(':', `:/${name}/`)}`) } : {};
}

/** GET /containers/{name}/json. */
export function containerDetails(container: Container, storageDriver: string, sizes: ContainerSizes | null): object {
  return {
    Id: container.id,
    Created: rfc3339Nano(container.createdAt),
    Path: container.path,
    Args: container.args,
    State: stateJson(container),
    Image: container.imageId,
    ResolvConfPath: container.resolvConfPath,
    HostnamePath: container.hostnamePath,
    HostsPath: container.hostsPath,
    LogPath: container.logPath,
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: storageDriver,
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: container.execIds.length === 0 ? null : container.execIds,
    HostConfig: hostConfigJson({ ...container.hostConfig, ...hiddenOf(container), ...linksOf(container) }),
    GraphDriver: { Data: null, Name: storageDriver },
    ...(sizes ? { SizeRw: sizes.writable, SizeRootFs: sizes.root } : {}),
    Mounts: mountsJson(container),
    Config: configJson(container.config),
    NetworkSettings: networkSettingsJson(container),
  };
}
