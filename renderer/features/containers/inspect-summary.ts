import type { ContainerInspect } from '../../../electron/ipc/contract/containers.ts';
import { exactTime, joined, memorySize, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import { quoteWord } from '../../ui/command-words.ts';

const words = t.containerTabs.about;

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** A place in the app; absent: none. */
  readonly link?: string;
  /** Said by the app: not to be typed anywhere. */
  readonly said?: true;
}
export interface FactSection {
  readonly title: string;
  readonly facts: readonly Fact[];
}

type Fields = Readonly<Record<string, unknown>>;
const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const isMoment = (time: string): boolean => Date.parse(time) > 0;
const moment = (time: string): string => (isMoment(time) ? exactTime(Date.parse(time)) : '');
const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : []);

function general({ Id, Image, Created, State, Config, HostConfig, Path, Args, RestartCount }: ContainerInspect): readonly Fact[] {
  const policy = fields(HostConfig.RestartPolicy);
  return [
    { name: words.id, value: Id },
    { name: words.image, value: `${Config.Image} (${shortId(Image)})`, link: `/images/${Image}` },
    { name: words.command, value: [Path, ...(Args ?? [])].map(quoteWord).join(' ') },
    { name: words.workingDir, value: text(Config.WorkingDir) },
    { name: words.user, value: text(Config.User) },
    { name: words.created, value: moment(Created), said: true },
    { name: words.started, value: moment(State.StartedAt), said: true },
    { name: words.finished, value: State.Status === 'running' ? '' : moment(State.FinishedAt), said: true },
    { name: words.pid, value: State.Pid > 0 ? String(State.Pid) : '', said: true },
    { name: words.restart, value: text(policy.Name) },
    { name: words.restarts, value: RestartCount ? String(RestartCount) : '', said: true },
  ];
}

function limits({ HostConfig }: ContainerInspect): readonly Fact[] {
  const [memory, cpus, pids] = [Number(HostConfig.Memory ?? 0), Number(HostConfig.NanoCpus ?? 0), Number(HostConfig.PidsLimit ?? 0)];
  return [
    { name: words.memory, value: memory > 0 ? joined(memorySize(memory)) : words.noLimit, said: true },
    { name: words.cpus, value: cpus > 0 ? String(cpus / 1e9) : words.noLimit, said: true },
    { name: words.pids, value: pids > 0 ? String(pids) : words.noLimit, said: true },
  ];
}

const ports = ({ HostConfig }: ContainerInspect): readonly Fact[] =>
  Object.entries(fields(HostConfig.PortBindings)).map(([port, hosts]) => ({
    name: port,
    value: (Array.isArray(hosts) ? hosts.map(fields) : []).map(({ HostIp, HostPort }) => [text(HostIp), text(HostPort)].filter(Boolean).join(':')).join(', '),
  }));

const mounts = ({ Mounts }: ContainerInspect): readonly Fact[] =>
  (Mounts ?? []).map(({ Type, Name = '', Source = '', Destination, RW = true }) => ({
    name: Destination,
    value: `${Type === 'volume' ? Name : Type === 'tmpfs' ? 'tmpfs' : Source}${RW ? '' : ` (${words.readonly})`}`,
    ...(Type === 'volume' && Name !== '' && { link: `/volumes/${Name}` }),
  }));

const networks = ({ NetworkSettings }: ContainerInspect, idOf: (network: string) => string | undefined): readonly Fact[] =>
  Object.entries(NetworkSettings.Networks ?? {}).map(([name, endpoint]) => {
    const id = idOf(name);
    return {
      name,
      value: [text(endpoint.IPAddress), text(endpoint.GlobalIPv6Address), ...strings(endpoint.Aliases)].filter(Boolean).join(', '),
      ...(id !== undefined && { link: `/networks/${id}` }),
    };
  });

const byName = (facts: readonly Fact[]): readonly Fact[] => facts.toSorted((a, b) => (a.name < b.name ? -1 : 1));

const variables = ({ Config }: ContainerInspect): readonly Fact[] =>
  byName(
    strings(Config.Env).map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? { name: line, value: '' } : { name: line.slice(0, at), value: line.slice(at + 1) };
    }),
  );

/** What people look for in an inspect object, in sections without what is empty. `idOf` knows networks by name. */
export function inspectSummary(inspect: ContainerInspect, idOf: (network: string) => string | undefined): readonly FactSection[] {
  const labels = byName(Object.entries(fields(inspect.Config.Labels)).map(([name, value]) => ({ name, value: text(value) })));
  return [
    { title: words.general, facts: general(inspect).filter(({ value }) => value !== '') },
    { title: words.env, facts: variables(inspect) },
    { title: words.ports, facts: ports(inspect) },
    { title: words.mounts, facts: mounts(inspect) },
    { title: words.networks, facts: networks(inspect, idOf) },
    { title: words.limits, facts: limits(inspect) },
    { title: words.labels, facts: labels },
  ].filter(({ facts }) => facts.length > 0);
}

/** The sections with what has every word of the filter in its name or value. */
export function filteredFacts(sections: readonly FactSection[], filter: string): readonly FactSection[] {
  const parts = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = ({ name, value }: Fact): boolean => parts.every((part) => `${name}=${value}`.toLowerCase().includes(part));
  return sections.map(({ title, facts }) => ({ title, facts: facts.filter(matches) })).filter(({ facts }) => facts.length > 0);
}
