import type { CreateBody, CreateEndpoint, CreateMount, HostConfig } from '../../../electron/ipc/contract/create-body.ts';
import { parseMemory } from '../../strings/format.ts';
import { splitCommand } from '../../ui/command-words.ts';
import { type RunForm, usedEnv, usedLabels, usedMounts, usedNetworks, usedPorts, usedSecrets } from './form.ts';
import { durationNanoseconds, parsePort } from './parse.ts';

/** Where programs look for secrets that are files. */
const SECRETS = '/run/secrets';

const words = (text: string): string[] => [...(splitCommand(text) ?? [text])];
const list = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function mountsOf(form: RunForm): CreateMount[] {
  const mounts = usedMounts(form).map(({ kind, source, target, readonly }): CreateMount => {
    const size = kind === 'tmpfs' ? parseMemory(source) : null;
    return {
      Type: kind,
      ...(kind !== 'tmpfs' && source !== '' && { Source: source }),
      Target: target,
      ...(readonly && kind !== 'tmpfs' && { ReadOnly: true }),
      ...(size && { TmpfsOptions: { SizeBytes: size } }),
    };
  });
  const files = usedSecrets(form).filter(({ kind }) => kind === 'file');
  return [...mounts, ...files.map(({ name, source }): CreateMount => ({ Type: 'bind', Source: source, Target: `${SECRETS}/${name}`, ReadOnly: true }))];
}

function portsOf(form: RunForm): NonNullable<HostConfig['PortBindings']> {
  const bindings: NonNullable<HostConfig['PortBindings']> = {};
  for (const { host, container, protocol } of usedPorts(form)) {
    const key = `${container.trim()}/${protocol}`;
    const parsed = parsePort(host);
    const binding = parsed ? { ...(parsed.address !== '' && { HostIp: parsed.address }), HostPort: String(parsed.port) } : { HostPort: '' };
    bindings[key] = [...(bindings[key] ?? []), binding];
  }
  return bindings;
}

function networksOf(form: RunForm): { readonly mode?: string; readonly endpoints: Record<string, CreateEndpoint> } {
  if (form.networkMode === 'other') return { ...(form.rest.HostConfig?.NetworkMode && { mode: form.rest.HostConfig.NetworkMode }), endpoints: {} };
  if (form.networkMode !== 'networks') return { mode: form.networkMode, endpoints: {} };
  const rows = usedNetworks(form);
  const before = form.rest.NetworkingConfig?.EndpointsConfig ?? {};
  const endpoints = rows.map(({ network, aliases }): [string, CreateEndpoint] => {
    const { Aliases: _aliases, ...kept } = before[network] ?? {};
    return [network, { ...kept, ...(list(aliases).length > 0 && { Aliases: list(aliases) }) }];
  });
  const [first] = rows;
  const says = endpoints.length > 1 || endpoints.some(([, endpoint]) => Object.keys(endpoint).length > 0);
  return {
    ...(first && first.network !== 'bridge' && { mode: first.network }),
    endpoints: says ? Object.fromEntries(endpoints) : {},
  };
}

function healthOf({ health, rest }: RunForm): CreateBody['Healthcheck'] {
  const { mode, command, interval, timeout, startPeriod, retries } = health;
  if (mode === 'none') return { Test: ['NONE'] };
  if (mode === 'image') return undefined;
  const time = (key: string, text: string) => {
    const value = text.trim() === '' ? null : durationNanoseconds(text);
    return value === null ? {} : { [key]: value };
  };
  const before = rest.Healthcheck?.Test;
  // The words of one that is duplicated stay as they were cut, while nobody has touched them.
  const exact = before?.[0] === 'CMD' && before.slice(1).join(' ') === command;
  return {
    Test: exact ? [...before] : ['CMD-SHELL', command],
    ...time('Interval', interval),
    ...time('Timeout', timeout),
    ...time('StartPeriod', startPeriod),
    ...(retries.trim() !== '' && { Retries: Number(retries) }),
  };
}

function devicesOf(text: string): NonNullable<HostConfig['Devices']> {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [host = '', second = '', third = ''] = line.split(':');
      const inside = second.startsWith('/') ? second : host;
      return { PathOnHost: host, PathInContainer: inside, CgroupPermissions: third || (second.startsWith('/') || second === '' ? 'rwm' : second) };
    });
}

function hostConfigOf(form: RunForm, mode: string | undefined): HostConfig {
  const { NetworkMode: _mode, ...kept } = form.rest.HostConfig ?? {};
  const mounts = [...(kept.Mounts ?? []), ...mountsOf(form)];
  const ports = portsOf(form);
  const memory = form.memory.trim() === '' ? null : parseMemory(form.memory);
  const devices = devicesOf(form.devices);
  const [added, dropped] = [list(form.capAdd), list(form.capDrop)].map((names) => names.map((name) => name.toUpperCase()));
  return {
    ...kept,
    ...(mode !== undefined && { NetworkMode: mode }),
    ...(mounts.length > 0 && { Mounts: mounts }),
    ...(Object.keys(ports).length > 0 && { PortBindings: ports }),
    ...(form.restart !== 'no' && {
      RestartPolicy: { Name: form.restart, ...(form.restart === 'on-failure' && form.retries.trim() !== '' && { MaximumRetryCount: Number(form.retries) }) },
    }),
    ...(memory !== null && memory > 0 && { Memory: memory }),
    ...(form.cpus.trim() !== '' && { NanoCpus: Math.round(Number(form.cpus) * 1e9) }),
    ...(form.pids.trim() !== '' && { PidsLimit: Number(form.pids) }),
    ...(added && added.length > 0 && { CapAdd: added }),
    ...(dropped && dropped.length > 0 && { CapDrop: dropped }),
    ...(devices.length > 0 && { Devices: devices }),
    ...(form.autoRemove && { AutoRemove: true }),
    ...(form.init && { Init: true }),
    ...(form.readonlyRoot && { ReadonlyRootfs: true }),
    ...(form.privileged && { Privileged: true }),
  };
}

/** The body of the request; what the form leaves empty is left to the image. Takes also what does not check, for the preview. */
export function bodyOf(form: RunForm): CreateBody {
  const { HostConfig: _host, NetworkingConfig: _networking, Healthcheck: _health, ...kept } = form.rest;
  const { mode, endpoints } = networksOf(form);
  const host = hostConfigOf(form, mode);
  const health = healthOf(form);
  const secrets = usedSecrets(form).filter(({ kind }) => kind === 'env');
  const env = [...usedEnv(form).map(({ name, value }) => `${name}=${value}`), ...secrets.map(({ name, source }) => `${name}=${source}`)];
  const labels = Object.fromEntries(usedLabels(form).map(({ name, value }) => [name, value]));
  return {
    ...kept,
    Image: form.image.trim(),
    ...(form.hostname !== '' && { Hostname: form.hostname }),
    ...(form.user.trim() !== '' && { User: form.user.trim() }),
    ...(form.tty && { Tty: true }),
    ...(form.openStdin && { OpenStdin: true }),
    ...(env.length > 0 && { Env: env }),
    ...(form.entrypoint.trim() !== '' && { Entrypoint: words(form.entrypoint) }),
    ...(form.command.trim() !== '' && { Cmd: words(form.command) }),
    ...(form.workingDir !== '' && { WorkingDir: form.workingDir }),
    ...(Object.keys(labels).length > 0 && { Labels: labels }),
    ...(health && { Healthcheck: health }),
    ...(Object.keys(host).length > 0 && { HostConfig: host }),
    ...(Object.keys(endpoints).length > 0 && { NetworkingConfig: { EndpointsConfig: endpoints } }),
  };
}

/** As `bodyOf`, with values of secrets hidden: for what is shown and copied. */
export function shownBody(form: RunForm): CreateBody {
  return bodyOf({ ...form, secrets: form.secrets.map((row) => (row.kind === 'env' && row.source !== '' ? { ...row, source: '***' } : row)) });
}
