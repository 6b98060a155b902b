import { EngineError } from '../base/errors.ts';
import type { Container, ContainerFilters } from './container-service.ts';
import { isLive } from './state.ts';

const STATUSES: ReadonlySet<string> = new Set(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']);
const HEALTH: ReadonlySet<string> = new Set(['none', 'starting', 'healthy', 'unhealthy']);

/** What the filters need to know beyond one container. */
export interface FilterContext {
  /** Throws NotFound. */
  readonly find: (ref: string) => Container;
  /** The image's id, or undefined when there is none of that name. */
  readonly imageId: (name: string) => string | undefined;
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
  ancestor: (values, { imageId }) => {
    const ids = new Set(values.map(imageId));
    return (container) => ids.has(container.imageId) || values.includes(container.imageName);
  },
  before: (values, { find }) => {
    const limits = values.map((value) => find(value).createdAt);
    return ({ createdAt }) => limits.every((limit) => createdAt < limit);
  },
  since: (values, { find }) => {
    const limits = values.map((value) => find(value).createdAt);
    return ({ createdAt }) => limits.every((limit) => createdAt > limit);
  },
  network: (values) => (container) => values.some((value) => networkNameOf(container) === value),
  volume: (values) => (container) =>
    container.mounts.some(({ source, destination, volume }) => [source, destination, volume?.name].some((text) => text !== undefined && values.includes(text))),
  'is-task': (values) => () => values.every((value) => value === 'false' || value === '0'),
  expose: (values) => (container) => values.some((value) => portsOf(container.config.ExposedPorts).includes(portName(value))),
  publish: (values) => (container) => values.some((value) => portsOf(container.hostConfig.PortBindings).includes(portName(value))),
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

function networkNameOf({ network }: Container): string {
  return network.mode === 'default' ? 'bridge' : network.mode;
}

function portsOf(ports: Record<string, unknown> | null | undefined): string[] {
  return Object.keys(ports ?? {}).map(portName);
}

function portName(text: string): string {
  return text.includes('/') ? text : `${text}/tcp`;
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
