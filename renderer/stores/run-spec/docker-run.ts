import type { CreateBody, CreateEndpoint, CreateMount, HostConfig } from '../../../electron/ipc/contract/create-body.ts';
import { quoteWord } from '../../ui/command-words.ts';
import type { RunSpec } from './from-inspect.ts';

/** A value, or several; false, empty and absent ones are left out. */
type Given = string | number | boolean | readonly string[] | undefined;
type Option = readonly [flag: string, value: Given];

/** Seconds and parts of them, as Go reads durations. */
export const goDuration = (nanoseconds: number): string => (nanoseconds % 1e9 === 0 ? `${nanoseconds / 1e9}s` : `${nanoseconds / 1e6}ms`);

const pairs = (map: Readonly<Record<string, string>> = {}): readonly string[] =>
  Object.entries(map).map(([key, value]) => (value === '' ? key : `${key}=${value}`));

/** A field of the CSV that `--mount` reads. */
const csvField = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function mountText({ Type, Source, Target, ReadOnly, TmpfsOptions }: CreateMount): string {
  const size = TmpfsOptions?.SizeBytes;
  const parts = [`type=${Type}`, ...(Source ? [`source=${Source}`] : []), `target=${Target}`];
  if (ReadOnly) parts.push('readonly');
  if (typeof size === 'number' && size > 0) parts.push(`tmpfs-size=${size}`);
  return parts.map(csvField).join(',');
}

/** `127.0.0.1:8080:80/udp`; an empty host port is left to the engine. */
export function portTexts(bindings: HostConfig['PortBindings'] = {}): readonly string[] {
  return Object.entries(bindings).flatMap(([port, hosts]) => {
    const inside = port.replace(/\/tcp$/, '');
    return hosts.map(({ HostIp = '', HostPort = '' }) => {
      const address = HostIp.includes(':') ? `[${HostIp}]` : HostIp;
      const host = HostPort === '0' ? '' : HostPort;
      return address === '' ? (host === '' ? inside : `${host}:${inside}`) : `${address}:${host}:${inside}`;
    });
  });
}

function networkOptions(host: HostConfig, endpoints: Readonly<Record<string, CreateEndpoint>>): readonly Option[] {
  const names = Object.keys(endpoints);
  const mode = host.NetworkMode ?? '';
  if (names.length > 1 || (names.length === 1 && mode === '' && names[0] !== 'bridge')) {
    const ordered = mode in endpoints ? [mode, ...names.filter((name) => name !== mode)] : names;
    return ordered.map((name) => {
      const { Aliases = [], IPAMConfig = {} } = endpoints[name] ?? {};
      const parts = [
        `name=${name}`,
        ...Aliases.map((alias) => `alias=${alias}`),
        ...(IPAMConfig.IPv4Address ? [`ip=${IPAMConfig.IPv4Address}`] : []),
        ...(IPAMConfig.IPv6Address ? [`ip6=${IPAMConfig.IPv6Address}`] : []),
      ];
      return ['--network', parts.length === 1 ? name : parts.map(csvField).join(',')];
    });
  }
  const only = endpoints[names[0] ?? ''];
  return [
    ['--network', mode],
    ['--network-alias', only?.Aliases],
    ['--ip', only?.IPAMConfig?.IPv4Address],
    ['--ip6', only?.IPAMConfig?.IPv6Address],
  ];
}

function healthOptions(check: CreateBody['Healthcheck']): readonly Option[] {
  if (!check) return [];
  const [kind, ...test] = check.Test ?? [];
  if (kind === 'NONE') return [['--no-healthcheck', true]];
  const time = (nanoseconds: number | undefined): string => (nanoseconds ? goDuration(nanoseconds) : '');
  return [
    // The flag knows the form with a shell only.
    ['--health-cmd', kind === 'CMD' ? test.map(quoteWord).join(' ') : (test[0] ?? '')],
    ['--health-interval', time(check.Interval)],
    ['--health-timeout', time(check.Timeout)],
    ['--health-start-period', time(check.StartPeriod)],
    ['--health-start-interval', time(check.StartInterval)],
    ['--health-retries', check.Retries],
  ];
}

function hostOptions(host: HostConfig): readonly Option[] {
  const { RestartPolicy: restart } = host;
  return [
    ['-p', portTexts(host.PortBindings)],
    ['-P', host.PublishAllPorts],
    ['-v', host.Binds],
    ['--mount', host.Mounts?.map(mountText)],
    ['--tmpfs', Object.entries(host.Tmpfs ?? {}).map(([path, options]) => (options === '' ? path : `${path}:${options}`))],
    ['--volumes-from', host.VolumesFrom],
    ['--volume-driver', host.VolumeDriver],
    ['--link', host.Links],
    ['--restart', restart ? `${restart.Name}${restart.MaximumRetryCount ? `:${restart.MaximumRetryCount}` : ''}` : ''],
    ['--privileged', host.Privileged],
    ['--cap-add', host.CapAdd],
    ['--cap-drop', host.CapDrop],
    ['--security-opt', host.SecurityOpt],
    ['--read-only', host.ReadonlyRootfs],
    ['--device', host.Devices?.map(deviceText)],
    ['--device-cgroup-rule', host.DeviceCgroupRules],
    ['--dns', host.Dns],
    ['--dns-search', host.DnsSearch],
    ['--dns-option', host.DnsOptions],
    ['--add-host', host.ExtraHosts],
    ['--group-add', host.GroupAdd],
    ['--ipc', host.IpcMode],
    ['--pid', host.PidMode],
    ['--uts', host.UTSMode],
    ['--userns', host.UsernsMode],
    ['--cgroupns', host.CgroupnsMode],
    ['--cgroup-parent', host.CgroupParent],
    ['--shm-size', host.ShmSize],
    ['--sysctl', pairs(host.Sysctls)],
    ['--init', host.Init],
    ['--log-driver', host.LogConfig?.Type],
    ['--log-opt', pairs(host.LogConfig?.Config)],
    ['--storage-opt', pairs(host.StorageOpt)],
    ...limitOptions(host),
  ];
}

const limitOptions = (host: HostConfig): readonly Option[] => [
  ['-m', host.Memory],
  ['--memory-swap', host.MemorySwap],
  ['--memory-reservation', host.MemoryReservation],
  ['--memory-swappiness', host.MemorySwappiness],
  ['--cpus', host.NanoCpus === undefined ? '' : host.NanoCpus / 1e9],
  ['-c', host.CpuShares],
  ['--cpu-period', host.CpuPeriod],
  ['--cpu-quota', host.CpuQuota],
  ['--cpuset-cpus', host.CpusetCpus],
  ['--cpuset-mems', host.CpusetMems],
  ['--pids-limit', host.PidsLimit],
  ['--blkio-weight', host.BlkioWeight],
  ['--oom-score-adj', host.OomScoreAdj],
  ['--oom-kill-disable', host.OomKillDisable],
  ['--ulimit', host.Ulimits?.map(({ Name, Soft, Hard }) => `${Name}=${Soft}:${Hard}`)],
];

function deviceText({ PathOnHost, PathInContainer = PathOnHost, CgroupPermissions = 'rwm' }: NonNullable<HostConfig['Devices']>[number]): string {
  const rights = CgroupPermissions === 'rwm' ? '' : `:${CgroupPermissions}`;
  return PathInContainer === PathOnHost && rights === '' ? PathOnHost : `${PathOnHost}:${PathInContainer}${rights}`;
}

/** The words of `docker run` that make the same container. An entrypoint's arguments go before the command's, as the flag takes one word. */
function dockerRunWords({ name, body }: RunSpec): readonly string[] {
  const host = body.HostConfig ?? {};
  const [entry, ...entryArguments] = body.Entrypoint ?? [];
  const options: readonly Option[] = [
    ['-i', body.OpenStdin],
    ['-t', body.Tty],
    ['--rm', host.AutoRemove],
    ['--name', name],
    ['-h', body.Hostname],
    ['--domainname', body.Domainname],
    ['-u', body.User],
    ['-w', body.WorkingDir],
    ['-e', body.Env],
    ['-l', pairs(body.Labels)],
    ['--expose', Object.keys(body.ExposedPorts ?? {})],
    ...networkOptions(host, body.NetworkingConfig?.EndpointsConfig ?? {}),
    ['-v', Object.keys(body.Volumes ?? {})],
    ...hostOptions(host),
    ...healthOptions(body.Healthcheck),
    ['--stop-signal', body.StopSignal],
    ['--stop-timeout', body.StopTimeout],
    ['--entrypoint', entry],
  ];
  return ['docker', 'run', '-d', ...options.flatMap(optionWords), body.Image, ...entryArguments, ...(body.Cmd ?? [])];
}

function optionWords([flag, value]: Option): readonly string[] {
  if (value === undefined || value === false || value === '') return [];
  if (value === true) return [flag];
  return Array.isArray(value) ? value.flatMap((one: string) => [flag, one]) : [flag, String(value)];
}

/** One line for a shell; `lines` breaks it before each option. */
export function dockerRun(spec: RunSpec, { lines = false } = {}): string {
  const words = dockerRunWords(spec).map(quoteWord);
  if (!lines) return words.join(' ');
  const image = words.length - (spec.body.Cmd?.length ?? 0) - Math.max(0, (spec.body.Entrypoint?.length ?? 1) - 1) - 1;
  let text = words.slice(0, 3).join(' ');
  for (let at = 3; at < words.length; at++) {
    const word = words[at] ?? '';
    const breaks = (at < image && /^--?[a-zA-Z]/.test(word)) || at === image;
    text += breaks ? ` \\\n  ${word}` : ` ${word}`;
  }
  return text;
}
