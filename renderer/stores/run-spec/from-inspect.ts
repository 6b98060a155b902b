import type { ContainerInspect, ImageDefaults, REPLACES_LABEL } from '../../../electron/ipc/contract/containers.ts';
import type { CreateBody, CreateEndpoint, HostConfig } from '../../../electron/ipc/contract/create-body.ts';

/** A container as it would have to be asked for to have it again. */
export interface RunSpec {
  readonly name: string;
  readonly body: CreateBody;
}

type Fields = Readonly<Record<string, unknown>>;

const HOST_FIELDS: readonly (keyof HostConfig)[] = [
  'Binds',
  'Mounts',
  'Tmpfs',
  'VolumesFrom',
  'VolumeDriver',
  'NetworkMode',
  'PortBindings',
  'PublishAllPorts',
  'RestartPolicy',
  'AutoRemove',
  'Privileged',
  'CapAdd',
  'CapDrop',
  'SecurityOpt',
  'ReadonlyRootfs',
  'Dns',
  'DnsSearch',
  'DnsOptions',
  'ExtraHosts',
  'GroupAdd',
  'IpcMode',
  'PidMode',
  'UTSMode',
  'UsernsMode',
  'CgroupnsMode',
  'CgroupParent',
  'ShmSize',
  'Sysctls',
  'Init',
  'OomScoreAdj',
  'OomKillDisable',
  'LogConfig',
  'Memory',
  'MemorySwap',
  'MemoryReservation',
  'MemorySwappiness',
  'NanoCpus',
  'CpuShares',
  'CpuPeriod',
  'CpuQuota',
  'CpusetCpus',
  'CpusetMems',
  'PidsLimit',
  'BlkioWeight',
  'Devices',
  'DeviceCgroupRules',
  'Ulimits',
  'StorageOpt',
];

/** What the shell marks a container with that took the place of another, which is of that one alone. */
const replacesLabel: typeof REPLACES_LABEL = 'io.slipway.replaces';

/** What a field says when nobody has asked for anything. */
const HOST_DEFAULTS: Fields = { IpcMode: 'private', CgroupnsMode: 'private', ShmSize: 64 * 2 ** 20, NetworkMode: 'bridge' };

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || value === 0 || value === false || (typeof value === 'object' && Object.keys(value).length === 0);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** Without what is empty, at every depth: a strict reader refuses null. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null && item !== undefined)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}

function hostConfigOf(host: Fields): HostConfig {
  const kept: Record<string, unknown> = {};
  for (const key of HOST_FIELDS) {
    const value = host[key];
    if (isEmpty(value) || value === HOST_DEFAULTS[key]) continue;
    kept[key] = withoutNulls(value);
  }
  if (kept.NetworkMode === 'default') delete kept.NetworkMode;
  const restart = fields(kept.RestartPolicy);
  if (restart.Name === 'no' || restart.Name === '') delete kept.RestartPolicy;
  const log = fields(kept.LogConfig);
  if (log.Type === 'json-file' && isEmpty(log.Config)) delete kept.LogConfig;
  // The engine gives a limit of memory as much swap again.
  if (typeof host.Memory === 'number' && host.MemorySwap === 2 * host.Memory) delete kept.MemorySwap;
  // Shown as `/target:/name/alias`, taken as `target:alias`.
  const links = strings(host.Links).map((link) => link.replace(/^\/([^:]+):\/.*\/([^/]+)$/, '$1:$2'));
  if (links.length > 0) kept.Links = links;
  return kept;
}

function endpointOf(given: Fields, id: string): CreateEndpoint {
  const ipam = fields(given.IPAMConfig);
  const address = (key: string) => (typeof ipam[key] === 'string' && ipam[key] !== '' ? { [key]: ipam[key] } : {});
  const addresses = { ...address('IPv4Address'), ...address('IPv6Address') };
  const aliases = strings(given.Aliases).filter((alias) => alias !== id.slice(0, 12));
  return {
    ...(aliases.length > 0 && { Aliases: [...aliases] }),
    ...(Object.keys(addresses).length > 0 && { IPAMConfig: addresses }),
  };
}

/** Endpoints that say more than the network mode does. */
function networkingOf(networks: Fields, mode: string, id: string): CreateBody['NetworkingConfig'] {
  const entries = Object.entries(networks).map(([name, given]) => [name, endpointOf(fields(given), id)] as const);
  const saying = entries.filter(([name, endpoint]) => name !== (mode === 'default' ? 'bridge' : mode) || Object.keys(endpoint).length > 0);
  if (saying.length === 0) return undefined;
  // With one endpoint given the engine takes the mode's network only if it is among them.
  return { EndpointsConfig: Object.fromEntries(entries.length > 1 ? entries : saying) };
}

/** What the container adds to a set or a map of its image. */
function added(own: unknown, inherited: unknown): Fields {
  const base = fields(inherited);
  return Object.fromEntries(Object.entries(fields(own)).filter(([key, value]) => !(key in base) || !same(base[key], value)));
}

/** `image` null: nothing is known of what was inherited, so all of it is asked for. */
export function runSpec(inspect: ContainerInspect, image: ImageDefaults | null): RunSpec {
  const config: Fields = inspect.Config;
  const base: Fields = image ?? {};
  const differs = (key: string): boolean => !isEmpty(config[key]) && !same(config[key], base[key]);
  const text = (key: string) => (differs(key) && typeof config[key] === 'string' ? { [key]: config[key] } : {});
  const entrypoint = differs('Entrypoint') ? { Entrypoint: [...strings(config.Entrypoint)] } : {};
  // An entrypoint of its own takes the image's command away.
  const command = !isEmpty(config.Cmd) && (differs('Cmd') || 'Entrypoint' in entrypoint) ? { Cmd: [...strings(config.Cmd)] } : {};
  const inheritedEnv = new Set(strings(base.Env));
  const env = strings(config.Env).filter((line) => !inheritedEnv.has(line));
  const host = hostConfigOf(inspect.HostConfig);
  const { [replacesLabel]: _, ...labels } = added(config.Labels, base.Labels);
  const exposed = Object.keys(added(config.ExposedPorts, base.ExposedPorts)).filter((port) => !(port in fields(inspect.HostConfig.PortBindings)));
  const volumes = Object.keys(added(config.Volumes, base.Volumes));
  const asSet = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, {}]));
  const networking = networkingOf(
    fields(inspect.NetworkSettings.Networks),
    typeof inspect.HostConfig.NetworkMode === 'string' ? inspect.HostConfig.NetworkMode : '',
    inspect.Id,
  );
  const body: CreateBody = {
    Image: inspect.Config.Image,
    ...(config.Hostname !== inspect.Id.slice(0, 12) && !isEmpty(config.Hostname) && { Hostname: String(config.Hostname) }),
    ...text('Domainname'),
    ...text('User'),
    ...(config.Tty === true && { Tty: true }),
    ...(config.OpenStdin === true && { OpenStdin: true }),
    ...(env.length > 0 && { Env: env }),
    ...entrypoint,
    ...command,
    ...text('WorkingDir'),
    ...(Object.keys(labels).length > 0 && { Labels: labels as Record<string, string> }),
    ...text('StopSignal'),
    ...(differs('StopTimeout') && { StopTimeout: Number(config.StopTimeout) }),
    ...(exposed.length > 0 && { ExposedPorts: asSet(exposed) }),
    ...(volumes.length > 0 && { Volumes: asSet(volumes) }),
    ...(differs('Healthcheck') && { Healthcheck: withoutNulls(config.Healthcheck) as CreateBody['Healthcheck'] }),
    ...(Object.keys(host).length > 0 && { HostConfig: host }),
    ...(networking && { NetworkingConfig: networking }),
  };
  return { name: inspect.Name.replace(/^\//, ''), body };
}
