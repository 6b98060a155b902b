import { EngineError } from '../../base/errors.ts';
import type { Container } from '../container-service.ts';

type Options = Readonly<Record<string, string>>;
type Described = Pick<Container, 'id' | 'name' | 'imageId' | 'imageName' | 'config' | 'hostConfig' | 'path' | 'args'>;

/** The longest text the launcher takes beside each line. */
const LONGEST = 32 * 1024;

/** Docker's fields of the option `tag`, by its template's names. */
const TAG_FIELDS: Readonly<Record<string, (container: Described) => string>> = {
  ID: ({ id }) => id.slice(0, 12),
  FullID: ({ id }) => id,
  Name: ({ name }) => name,
  ImageID: ({ imageId }) => imageId.replace(/^sha256:/, '').slice(0, 12),
  ImageFullID: ({ imageId }) => imageId,
  ImageName: ({ imageName }) => imageName,
  Command: ({ path, args }) => [path, ...args].join(' '),
  DaemonName: () => 'docker',
};
const TAG_PLACE = /\{\{-?\s*\.(\w+)\s*-?\}\}/g;

/** Throws InvalidArgument unless the options `tag`, `labels-regex` and `env-regex` can be used. */
export function checkLogAttributes(options: Options): void {
  patternOf(options, 'labels-regex');
  patternOf(options, 'env-regex');
  const tag = options['tag'] ?? '';
  const unknown = [...tag.matchAll(TAG_PLACE)].find(([, field = '']) => !Object.hasOwn(TAG_FIELDS, field))?.[1];
  if (unknown !== undefined) throw new EngineError('InvalidArgument', `log opt tag: there is no field ${unknown.slice(0, 100)}`);
  if (/\{\{|\}\}/.test(tag.replace(TAG_PLACE, ''))) {
    throw new EngineError('InvalidArgument', 'log opt tag: only fields are understood, such as {{.Name}}');
  }
}

/** What each line of a container's log says beside its text, by name, in the order of names. */
export function logAttributesOf(container: Described): ReadonlyMap<string, string> {
  const options = container.hostConfig.LogConfig?.Config ?? {};
  const labels = new Map(Object.entries(container.config.Labels ?? {}));
  const env = new Map((container.config.Env ?? []).map((line) => splitAtEqual(line)));
  const found = new Map([...chosen(labels, options, 'labels'), ...chosen(env, options, 'env')]);
  if (options['tag'])
    found.set(
      'tag',
      options['tag'].replace(TAG_PLACE, (_, field: string) => TAG_FIELDS[field]?.(container) ?? ''),
    );
  return new Map([...found].sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** As a member of the JSON object that each line is; empty without attributes. Throws InvalidArgument when they are too long. */
export function logAttributesText(container: Described): string {
  const attributes = logAttributesOf(container);
  if (attributes.size === 0) return '';
  const text = `"attrs":${JSON.stringify(Object.fromEntries(attributes))}`;
  if (Buffer.byteLength(text) > LONGEST) throw new EngineError('InvalidArgument', `the labels and variables named by the log options exceed ${LONGEST} bytes`);
  return text;
}

function chosen(values: ReadonlyMap<string, string>, options: Options, kind: 'labels' | 'env'): [string, string][] {
  const names = new Set((options[kind] ?? '').split(','));
  const pattern = patternOf(options, `${kind}-regex`);
  return [...values].filter(([name]) => names.has(name) || pattern?.test(name) === true);
}

function patternOf(options: Options, name: 'labels-regex' | 'env-regex'): RegExp | null {
  const text = options[name];
  if (!text) return null;
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new EngineError('InvalidArgument', `log opt ${name}: error parsing regexp: ${text.slice(0, 100)}`, { cause });
  }
}

function splitAtEqual(line: string): [string, string] {
  const at = line.indexOf('=');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}
