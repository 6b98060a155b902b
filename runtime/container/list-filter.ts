import { EngineError } from '../base/errors.ts';
import type { Container, ContainerFilters } from './container-service.ts';
import { isLive } from './state.ts';

const STATUSES: ReadonlySet<string> = new Set(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);
const HEALTH: ReadonlySet<string> = new Set(['none', 'starting', 'healthy', 'unhealthy']);

/** What the filters need to know beyond one container. */
export interface FilterContext {
  /** Throws NotFound. */
  readonly find: (ref: string) => Container;
  /** Ids of the image and of all that were made from it; none when there is no such image. */
  readonly family: (name: string) => readonly string[];
}

type Match = (container: Container) => boolean;

/** One maker of a match for each filter Docker knows; the values of one filter are alternatives, filters add up. */
const MAKERS: Readonly<Record<string, (values: readonly string[], context: FilterContext) => Match>> = {
  id: (values) => {
    const patterns = values.map(patternOf);
    return ({ id }) => patterns.some((pattern) => id.startsWith(pattern.text) || pattern.regex?.test(id));
  },
  name: (values) => {
    const patterns = values.map(patternOf);
    return ({ name }) => patterns.some(({ text, regex }) => regex?.test(`/${name}`) || regex?.test(name) || name === text);
  },
  // Labels alone must all hold.
  label: (values) => {
    const wanted = values.map((value) => /^([^=]*)(?:=([^]*))?$/.exec(value) ?? []);
    return ({ config }) =>
      wanted.every(([, key = '', value]) => {
        const labels = config.Labels ?? {};
        return Object.hasOwn(labels, key) && (value === undefined || labels[key] === value);
      });
  },
  status: (values) => {
    checkEach('status', values, STATUSES);
    return ({ state }) => values.includes(state.status);
  },
  health: (values) => {
    checkEach('health', values, HEALTH);
    return ({ health }) => values.includes(health?.status ?? 'none');
  },
  exited: (values) => {
    const codes = values.map((value) => {
      if (!/^-?[0-9]{1,10}$/.test(value)) throw invalid('exited', value);
      return Number(value);
    });
    return ({ state }) => state.status === 'exited' && codes.includes(state.exitCode);
  },
  ancestor: (values, { family }) => {
    const ids = new Set(values.flatMap(family));
    return ({ imageId }) => ids.has(imageId);
  },
  before: (values, { find }) => {
    const limits = values.map((value) => find(value).createdAt);
    return ({ createdAt }) => limits.every((limit) => createdAt < limit);
  },
  since: (values, { find }) => {
    const limits = values.map((value) => find(value).createdAt);
    return ({ createdAt }) => limits.every((limit) => createdAt > limit);
  },
  network:
    (values) =>
    ({ networks }) =>
      networks.some(({ network, networkId }) => values.some((value) => value === network || (value !== '' && networkId.startsWith(value)))),
  volume: (values) => (container) =>
    container.mounts.some(({ source, destination, volume }) => [source, destination, volume?.name].some((text) => text !== undefined && values.includes(text))),
  'is-task': (values) => {
    const wanted = values.map((value) => {
      if (!/^(?:0|1|true|false)$/.test(value)) throw invalid('is-task', value);
      return value === '1' || value === 'true';
    });
    // No container here is a task of a cluster.
    return () => wanted.every((isTask) => !isTask);
  },
  expose: (values) => {
    const ports = portsOfFilter('expose', values);
    return ({ config }) => Object.keys(config.ExposedPorts ?? {}).some((port) => ports.has(withProtocol(port)));
  },
  publish: (values) => {
    const ports = portsOfFilter('publish', values);
    return ({ hostConfig }) => Object.keys(hostConfig.PortBindings ?? {}).some((port) => ports.has(withProtocol(port)));
  },
};

/** Containers that fit, newest first. Throws InvalidArgument for a filter or value that Docker does not know. */
export function filterContainers(containers: Iterable<Container>, asked: ContainerFilters, context: FilterContext): Container[] {
  const matches = Object.entries(asked.filters)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => {
      const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
      if (maker === undefined) throw new EngineError('InvalidArgument', `invalid filter '${name.slice(0, 100)}'`);
      return maker(values, context);
    });
  const hasLimit = asked.limit !== undefined && asked.limit > 0;
  const showsAll = asked.all || hasLimit || ['status', 'exited'].some((name) => (asked.filters[name]?.length ?? 0) > 0);
  const found = [...containers]
    .filter((container) => (showsAll || isShown(container)) && matches.every((match) => match(container)))
    .sort((left, right) => (left.createdAt < right.createdAt ? 1 : left.createdAt > right.createdAt ? -1 : 0));
  return hasLimit ? found.slice(0, asked.limit) : found;
}

/** Running in Docker's wider sense. */
function isShown({ state }: Container): boolean {
  return isLive(state.status) || state.status === 'restarting';
}

/** `80`, `80/udp`, `8000-8010/tcp`: each port of it with its protocol. */
function portsOfFilter(name: string, values: readonly string[]): Set<string> {
  return new Set(
    values.flatMap((value) => {
      const [, first = '', last = first, protocol = 'tcp'] = /^([0-9]{1,5})(?:-([0-9]{1,5}))?(?:\/(tcp|udp|sctp))?$/.exec(value) ?? [];
      const [from, to] = [Number(first), Number(last)];
      if (first === '' || from > to || to > 65_535) throw invalid(name, value);
      return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}/${protocol}`);
    }),
  );
}

function withProtocol(port: string): string {
  return port.includes('/') ? port : `${port}/tcp`;
}

/** Values are regular expressions as in Docker; a text that is none matches itself. */
function patternOf(text: string): { readonly text: string; readonly regex: RegExp | null } {
  try {
    return { text, regex: text.length > 256 ? null : new RegExp(text) };
  } catch {
    return { text, regex: null };
  }
}

function checkEach(name: string, values: readonly string[], known: ReadonlySet<string>): void {
  for (const value of values) if (!known.has(value)) throw invalid(name, value);
}

function invalid(name: string, value: string): EngineError {
  return new EngineError('InvalidArgument', `invalid filter '${name}=${value.slice(0, 100)}'`);
}
