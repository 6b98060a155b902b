import type { CreateBody, CreateMount, HostConfig } from '../../../electron/ipc/contract/create-body.ts';
import type { RunSpec } from '../../stores/run-spec/from-inspect.ts';
import { quoteWord } from '../../ui/command-words.ts';
import { emptyForm, type HealthFields, type MountRow, type NetworkRow, type PortRow, type RunForm } from './form.ts';
import { durationText } from './parse.ts';

const SIZES = [
  [2 ** 30, 'g'],
  [2 ** 20, 'm'],
  [2 ** 10, 'k'],
] as const;

/** Bytes as the form writes them, without a loss. */
export function memoryText(bytes: number | undefined): string {
  if (!bytes) return '';
  const [factor, unit] = SIZES.find(([size]) => bytes % size === 0) ?? [1, ''];
  return `${bytes / factor}${unit}`;
}

const keyed = <T>(rows: readonly T[]): readonly (T & { readonly key: number })[] => rows.map((row, index) => ({ ...row, key: index + 1 }));
const inWords = (words: readonly string[] = []): string => words.map(quoteWord).join(' ');

/** A mount that the form can show as it is; options of others would be lost in it. */
const isShown = ({ BindOptions, VolumeOptions, TmpfsOptions }: CreateMount): boolean =>
  !BindOptions && !VolumeOptions && Object.keys(TmpfsOptions ?? {}).every((key) => key === 'SizeBytes');

/** `source:target[:ro]` without other options; null: it has more to it. */
function bindRow(bind: string): Omit<MountRow, 'key'> | null {
  const [source = '', target = '', mode, more] = bind.split(':');
  if (more !== undefined || target === '' || (mode !== undefined && mode !== 'ro' && mode !== 'rw')) return null;
  return { kind: source.startsWith('/') ? 'bind' : 'volume', source, target, readonly: mode === 'ro' };
}

function mountRows(host: HostConfig): {
  readonly rows: readonly Omit<MountRow, 'key'>[];
  readonly binds: readonly string[];
  readonly mounts: readonly CreateMount[];
} {
  const binds = (host.Binds ?? []).map((bind) => ({ bind, row: bindRow(bind) }));
  const mounts = host.Mounts ?? [];
  const shown = mounts.filter(isShown).map(({ Type, Source = '', Target, ReadOnly = false, TmpfsOptions }) => ({
    kind: Type,
    source: Type === 'tmpfs' ? memoryText(Number(TmpfsOptions?.SizeBytes ?? 0)) : Source,
    target: Target,
    readonly: ReadOnly,
  }));
  return {
    rows: [...binds.flatMap(({ row }) => row ?? []), ...shown],
    binds: binds.filter(({ row }) => !row).map(({ bind }) => bind),
    mounts: mounts.filter((mount) => !isShown(mount)),
  };
}

function portRows({ PortBindings = {} }: HostConfig): readonly Omit<PortRow, 'key'>[] {
  return Object.entries(PortBindings).flatMap(([port, hosts]) => {
    const [container = '', protocol] = port.split('/');
    return hosts.map(({ HostIp = '', HostPort = '' }) => {
      const address = HostIp.includes(':') ? `[${HostIp}]:` : HostIp === '' ? '' : `${HostIp}:`;
      return {
        host: HostPort === '' || HostPort === '0' ? '' : `${address}${HostPort}`,
        container,
        protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
      };
    });
  });
}

function networkRows({ HostConfig: host = {}, NetworkingConfig }: CreateBody): Pick<RunForm, 'networkMode' | 'networks'> {
  const mode = host.NetworkMode ?? '';
  if (mode === 'host' || mode === 'none') return { networkMode: mode, networks: [] };
  if (mode.includes(':')) return { networkMode: 'other', networks: [] };
  const endpoints = NetworkingConfig?.EndpointsConfig ?? {};
  const names = [...new Set([...(mode === '' && Object.keys(endpoints).length === 0 ? [] : [mode || 'bridge']), ...Object.keys(endpoints)])];
  const rows = names.map((network): Omit<NetworkRow, 'key'> => ({ network, aliases: (endpoints[network]?.Aliases ?? []).join(' ') }));
  return { networkMode: 'networks', networks: keyed(rows) };
}

function healthFields(check: CreateBody['Healthcheck'], none: HealthFields): HealthFields {
  if (!check) return none;
  const [kind, ...test] = check.Test ?? [];
  if (kind === 'NONE') return { ...none, mode: 'none' };
  return {
    mode: 'command',
    command: test.join(' '),
    interval: durationText(check.Interval),
    timeout: durationText(check.Timeout),
    startPeriod: durationText(check.StartPeriod),
    retries: check.Retries ? String(check.Retries) : '',
  };
}

/** The form that asks for the same container again under `name`; `bodyOf` of it is the same request. */
export function formOf({ body }: RunSpec, name: string): RunForm {
  const host = body.HostConfig ?? {};
  const empty = emptyForm(body.Image);
  const { rows, binds, mounts } = mountRows(host);
  const { Hostname, User, Tty, OpenStdin, Env = [], Entrypoint, Cmd, WorkingDir, Labels = {}, Image: _image, HostConfig: _host, ...others } = body;
  const {
    Binds: _binds,
    Mounts: _mounts,
    PortBindings: _ports,
    RestartPolicy: restart,
    Memory,
    NanoCpus,
    PidsLimit,
    CapAdd = [],
    CapDrop = [],
    Devices = [],
    AutoRemove,
    Init,
    ReadonlyRootfs,
    Privileged,
    ...hostRest
  } = host;
  return {
    ...empty,
    name,
    command: inWords(Cmd),
    entrypoint: inWords(Entrypoint),
    user: User ?? '',
    workingDir: WorkingDir ?? '',
    hostname: Hostname ?? '',
    env: keyed(Env.map((line) => ({ name: line.split('=', 1)[0] ?? '', value: line.includes('=') ? line.slice(line.indexOf('=') + 1) : '' }))),
    ports: keyed(portRows(host)),
    mounts: keyed(rows),
    ...networkRows(body),
    restart: restart?.Name === 'always' || restart?.Name === 'unless-stopped' || restart?.Name === 'on-failure' ? restart.Name : 'no',
    retries: restart?.MaximumRetryCount ? String(restart.MaximumRetryCount) : '',
    memory: memoryText(Memory),
    cpus: NanoCpus ? String(NanoCpus / 1e9) : '',
    pids: PidsLimit && PidsLimit > 0 ? String(PidsLimit) : '',
    capAdd: CapAdd.join(' '),
    capDrop: CapDrop.join(' '),
    devices: Devices.map(({ PathOnHost, PathInContainer = PathOnHost, CgroupPermissions = 'rwm' }) =>
      PathInContainer === PathOnHost && CgroupPermissions === 'rwm' ? PathOnHost : `${PathOnHost}:${PathInContainer}:${CgroupPermissions}`,
    ).join('\n'),
    labels: keyed(Object.entries(Labels).map(([label, value]) => ({ name: label, value }))),
    health: healthFields(body.Healthcheck, empty.health),
    tty: Tty ?? false,
    openStdin: OpenStdin ?? false,
    autoRemove: AutoRemove ?? false,
    init: Init ?? false,
    readonlyRoot: ReadonlyRootfs ?? false,
    privileged: Privileged ?? false,
    rest: {
      ...others,
      HostConfig: { ...hostRest, ...(binds.length > 0 && { Binds: [...binds] }), ...(mounts.length > 0 && { Mounts: [...mounts] }) },
    },
  };
}
