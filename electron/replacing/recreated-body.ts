import { z } from 'zod';

const map = z.record(z.string(), z.unknown());

/** What an inspection of a container tells of how it was asked for. */
export const containerSchema = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  /** The image's id. */
  Image: z.string(),
  State: z.looseObject({ Status: z.string() }),
  Config: z.looseObject({ Image: z.string(), Hostname: z.string().nullish() }),
  HostConfig: z.looseObject({
    NetworkMode: z.string().nullish(),
    Binds: z.array(z.string()).nullish(),
    Mounts: z.array(z.looseObject({ Type: z.string(), Target: z.string(), Source: z.string().nullish() })).nullish(),
    Links: z.array(z.string()).nullish(),
    AutoRemove: z.boolean().nullish(),
  }),
  Mounts: z.array(z.looseObject({ Type: z.string(), Name: z.string().nullish(), Destination: z.string(), RW: z.boolean().nullish() })).nullish(),
  NetworkSettings: z.looseObject({ Networks: z.record(z.string(), map.nullish()).nullish() }),
});
export type InspectedContainer = z.infer<typeof containerSchema>;

type Fields = Readonly<Record<string, unknown>>;

/** Of these the container has its own or its image's. */
const SINGLE = ['User', 'WorkingDir', 'StopSignal', 'Healthcheck', 'Shell'];
const SETS = ['Labels', 'ExposedPorts', 'Volumes'];

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
const isEmpty = (value: unknown): boolean => (Array.isArray(value) ? value.length === 0 : value === null || value === undefined || value === '');

/**
 * Docker's create body for the same container from another image: everything as it is, but what the old image (its configuration in `image`)
 * gave, which the new one gives anew. Volumes without a name are kept by the names that they got.
 */
export function recreatedBody(container: InspectedContainer, image: unknown, reference: string): Record<string, unknown> {
  return {
    ...configOf(container, fields(image)),
    Image: reference,
    HostConfig: hostConfigOf(container),
    NetworkingConfig: { EndpointsConfig: endpointsOf(container) },
  };
}

function configOf({ Id, Config }: InspectedContainer, base: Fields): Record<string, unknown> {
  const config: Record<string, unknown> = { ...Config };
  if (config['Hostname'] === Id.slice(0, 12)) delete config['Hostname'];
  for (const key of SINGLE) if (isEmpty(config[key]) || same(config[key], base[key])) delete config[key];
  for (const key of SETS) {
    const inherited = fields(base[key]);
    config[key] = Object.fromEntries(Object.entries(fields(config[key])).filter(([name, value]) => !(name in inherited) || !same(inherited[name], value)));
  }
  const inherited = new Set(strings(base['Env']));
  config['Env'] = strings(config['Env']).filter((line) => !inherited.has(line));
  const isOwnEntrypoint = !same(config['Entrypoint'], base['Entrypoint']);
  // An entrypoint of its own takes the image's command away.
  if (!isOwnEntrypoint && same(config['Cmd'], base['Cmd'])) delete config['Cmd'];
  if (!isOwnEntrypoint) delete config['Entrypoint'];
  return config;
}

function hostConfigOf({ Config, HostConfig, Mounts }: InspectedContainer): Record<string, unknown> {
  const volumes = new Map((Mounts ?? []).flatMap(({ Type, Name, Destination }) => (Type === 'volume' && Name ? [[Destination, Name] as const] : [])));
  const mounts = (HostConfig.Mounts ?? []).map((mount) => {
    const name = mount.Type === 'volume' && !mount.Source ? volumes.get(mount.Target) : undefined;
    return name === undefined ? mount : { ...mount, Source: name };
  });
  const binds = HostConfig.Binds ?? [];
  const said = new Set([...mounts.map(({ Target }) => Target), ...binds.flatMap((bind) => bind.split(':')[1] ?? bind)]);
  const unnamed = Object.keys(fields(Config['Volumes'])).filter((target) => !said.has(target) && volumes.has(target));
  return {
    ...HostConfig,
    ...(HostConfig.Mounts && { Mounts: mounts }),
    Binds: [...binds, ...unnamed.map((target) => `${volumes.get(target)}:${target}`)],
    // Shown as `/target:/name/alias`, taken as `target:alias`.
    ...(HostConfig.Links && { Links: HostConfig.Links.map((link) => link.replace(/^\/([^:]+):\/.*\/([^/]+)$/, '$1:$2')) }),
  };
}

function endpointsOf({ Id, HostConfig, NetworkSettings }: InspectedContainer): Record<string, unknown> {
  const mode = HostConfig.NetworkMode ?? '';
  if (mode === 'host' || mode === 'none' || mode.startsWith('container:')) return {};
  return Object.fromEntries(
    Object.entries(NetworkSettings.Networks ?? {}).map(([name, endpoint]) => {
      const { IPAMConfig, Aliases, DriverOpts, Links } = fields(endpoint);
      const aliases = strings(Aliases).filter((alias) => alias !== Id.slice(0, 12));
      return [
        name,
        {
          ...(!isEmpty(IPAMConfig) && { IPAMConfig }),
          ...(aliases.length > 0 && { Aliases: aliases }),
          ...(!isEmpty(DriverOpts) && { DriverOpts }),
          ...(!isEmpty(Links) && { Links }),
        },
      ];
    }),
  );
}
