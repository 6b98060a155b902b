import type { CreateBody, CreateEndpoint, CreateMount, HostConfig } from '../../../electron/ipc/contract/create-body.ts';
import { goDuration, portTexts } from './docker-run.ts';
import type { RunSpec } from './from-inspect.ts';

/** What YAML of a Compose file is made of. */
type Yaml = string | number | boolean | null | readonly Yaml[] | { readonly [key: string]: Yaml | undefined };

/** Compose reads `$` as the start of a variable. */
const literal = (text: string): string => text.replaceAll('$', '$$$$');

const isPlain = (text: string): boolean =>
  /^[A-Za-z/.][\w./:@+-]*$/.test(text) && !text.endsWith(':') && !/^(?:true|false|yes|no|on|off|null|y|n|\.(?:inf|nan)|\.)$/i.test(text);

/** A JSON string is a double-quoted one of YAML. */
const scalar = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? (isPlain(value) ? value : JSON.stringify(value)) : String(value);

const isBranch = (value: Yaml): value is readonly Yaml[] | { readonly [key: string]: Yaml | undefined } => typeof value === 'object' && value !== null;
const isVoid = (value: Yaml | undefined): boolean =>
  value === undefined || value === '' || value === false || (isBranch(value) && Object.keys(value).length === 0);

function lines(value: Yaml, indent: string): readonly string[] {
  if (!isBranch(value)) return [`${indent}${scalar(value)}`];
  if (Array.isArray(value)) {
    return value.flatMap((item: Yaml) => {
      const [first = '', ...rest] = lines(item, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  return Object.entries(value).flatMap(([key, item]) => {
    if (item === undefined) return [];
    const head = `${indent}${scalar(key)}:`;
    if (!isBranch(item)) return [item === null ? head : `${head} ${scalar(item)}`];
    return Object.keys(item).length === 0 ? [`${head} {}`] : [head, ...lines(item, `${indent}  `)];
  });
}

const given = (fields: { readonly [key: string]: Yaml | undefined }): { readonly [key: string]: Yaml } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isVoid(value))) as { readonly [key: string]: Yaml };

const literals = (texts: readonly string[] = []): readonly string[] => texts.map(literal);
const literalMap = (map: Readonly<Record<string, string>> = {}): Yaml => Object.fromEntries(Object.entries(map).map(([key, value]) => [key, literal(value)]));

function environment(env: readonly string[] = []): Yaml {
  return Object.fromEntries(
    env.map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, null] : [line.slice(0, at), literal(line.slice(at + 1))];
    }),
  );
}

function mountYaml({ Type, Source, Target, ReadOnly, TmpfsOptions }: CreateMount): Yaml {
  const size = TmpfsOptions?.SizeBytes;
  return given({
    type: Type,
    source: Source,
    target: Target,
    read_only: ReadOnly,
    tmpfs: typeof size === 'number' ? { size } : undefined,
  });
}

/** Names of volumes in `-v` forms and mounts: a Compose file has to declare them. */
function namedVolumes({ Binds = [], Mounts = [] }: HostConfig): readonly string[] {
  const ofBinds = Binds.map((bind) => bind.split(':')[0] ?? '').filter((source) => source !== '' && !source.startsWith('/'));
  const ofMounts = Mounts.flatMap(({ Type, Source = '' }) => (Type === 'volume' && Source !== '' ? [Source] : []));
  return [...new Set([...ofBinds, ...ofMounts])];
}

function healthYaml(check: CreateBody['Healthcheck']): Yaml | undefined {
  if (!check) return undefined;
  if (check.Test?.[0] === 'NONE') return { disable: true };
  const time = (nanoseconds: number | undefined) => (nanoseconds ? goDuration(nanoseconds) : undefined);
  return given({
    test: literals(check.Test),
    interval: time(check.Interval),
    timeout: time(check.Timeout),
    start_period: time(check.StartPeriod),
    start_interval: time(check.StartInterval),
    retries: check.Retries,
  });
}

const endpointYaml = ({ Aliases, IPAMConfig }: CreateEndpoint): Yaml =>
  given({ aliases: Aliases, ipv4_address: IPAMConfig?.IPv4Address, ipv6_address: IPAMConfig?.IPv6Address });

/** Networks that somebody made; the engine's own are a mode. */
function networksOf({ HostConfig: { NetworkMode = '' } = {}, NetworkingConfig }: CreateBody): Readonly<Record<string, CreateEndpoint>> {
  const endpoints = NetworkingConfig?.EndpointsConfig ?? {};
  if (Object.keys(endpoints).length > 0) return endpoints;
  return /^(?:|default|bridge|host|none|container:.*)$/.test(NetworkMode) ? {} : { [NetworkMode]: {} };
}

function service({ name, body }: RunSpec): Yaml {
  const host = body.HostConfig ?? {};
  const networks = networksOf(body);
  const restart = host.RestartPolicy;
  return given({
    image: body.Image,
    container_name: name,
    hostname: body.Hostname,
    domainname: body.Domainname,
    entrypoint: literals(body.Entrypoint),
    command: literals(body.Cmd),
    working_dir: body.WorkingDir,
    user: body.User,
    environment: environment(body.Env),
    ports: portTexts(host.PortBindings),
    expose: Object.keys(body.ExposedPorts ?? {}),
    volumes: [...literals(host.Binds), ...Object.keys(body.Volumes ?? {}), ...(host.Mounts ?? []).map(mountYaml)],
    volumes_from: host.VolumesFrom?.map((from) => `container:${from}`),
    tmpfs: Object.entries(host.Tmpfs ?? {}).map(([path, options]) => (options === '' ? path : `${path}:${options}`)),
    network_mode: Object.keys(networks).length > 0 ? undefined : (host.NetworkMode ?? 'bridge'),
    networks: Object.fromEntries(Object.entries(networks).map(([network, endpoint]) => [network, endpointYaml(endpoint)])),
    links: host.Links,
    extra_hosts: host.ExtraHosts,
    dns: host.Dns,
    dns_search: host.DnsSearch,
    dns_opt: host.DnsOptions,
    restart: restart ? `${restart.Name}${restart.MaximumRetryCount ? `:${restart.MaximumRetryCount}` : ''}` : undefined,
    labels: literalMap(body.Labels),
    healthcheck: healthYaml(body.Healthcheck),
    stdin_open: body.OpenStdin,
    tty: body.Tty,
    init: host.Init,
    privileged: host.Privileged,
    read_only: host.ReadonlyRootfs,
    cap_add: host.CapAdd,
    cap_drop: host.CapDrop,
    security_opt: host.SecurityOpt,
    devices: host.Devices?.map(
      ({ PathOnHost, PathInContainer = PathOnHost, CgroupPermissions = 'rwm' }) => `${PathOnHost}:${PathInContainer}:${CgroupPermissions}`,
    ),
    device_cgroup_rules: host.DeviceCgroupRules,
    group_add: host.GroupAdd,
    ipc: host.IpcMode,
    pid: host.PidMode,
    uts: host.UTSMode,
    userns_mode: host.UsernsMode,
    cgroup: host.CgroupnsMode,
    cgroup_parent: host.CgroupParent,
    shm_size: host.ShmSize,
    sysctls: literalMap(host.Sysctls),
    ulimits: Object.fromEntries((host.Ulimits ?? []).map(({ Name, Soft, Hard }) => [Name, { soft: Soft, hard: Hard }])),
    mem_limit: host.Memory,
    memswap_limit: host.MemorySwap,
    mem_reservation: host.MemoryReservation,
    mem_swappiness: host.MemorySwappiness,
    cpus: host.NanoCpus === undefined ? undefined : host.NanoCpus / 1e9,
    cpu_shares: host.CpuShares,
    cpu_period: host.CpuPeriod,
    cpu_quota: host.CpuQuota,
    cpuset: host.CpusetCpus,
    blkio_config: host.BlkioWeight === undefined ? undefined : { weight: host.BlkioWeight },
    pids_limit: host.PidsLimit,
    oom_score_adj: host.OomScoreAdj,
    oom_kill_disable: host.OomKillDisable,
    logging: host.LogConfig && given({ driver: host.LogConfig.Type, options: literalMap(host.LogConfig.Config) }),
    storage_opt: literalMap(host.StorageOpt),
    stop_signal: body.StopSignal,
    stop_grace_period: body.StopTimeout === undefined ? undefined : `${body.StopTimeout}s`,
  });
}

/** A Compose file with one service that is the same container; networks and volumes that exist are used, not made. */
export function composeYaml(spec: RunSpec): string {
  const { body, name } = spec;
  // What Compose itself wrote there would tie the container to the project that it was made for.
  const labels = Object.fromEntries(Object.entries(body.Labels ?? {}).filter(([key]) => !key.startsWith('com.docker.compose.')));
  const key = (body.Labels?.['com.docker.compose.service'] ?? name).replaceAll(/[^\w.-]/g, '-') || 'app';
  const external = (names: readonly string[]): Yaml => Object.fromEntries(names.map((one) => [one, { external: true }]));
  const file = given({
    services: { [key]: service({ name, body: { ...body, Labels: labels } }) },
    networks: external(Object.keys(networksOf(body))),
    volumes: external(namedVolumes(body.HostConfig ?? {})),
  });
  return `${lines(file, '').join('\n')}\n`;
}
