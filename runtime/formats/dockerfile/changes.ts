import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { ImageConfig } from '../oci/config.ts';
import { parseHealthcheck } from './healthcheck.ts';
import { expandWord, keyValues, splitWords } from './words.ts';

export type RunConfig = NonNullable<ImageConfig['config']>;

interface Instruction {
  /** In capitals. */
  readonly name: string;
  readonly text: string;
}

/** What a Dockerfile may say besides; a change of a finished image cannot. */
const OTHERS = new Set(['ADD', 'ARG', 'COPY', 'FROM', 'MAINTAINER', 'RUN', 'SHELL']);
const LIMIT = 1024 * 1024;
const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];
const MAX_PORT = 65_535;

/**
 * An image's configuration after the Dockerfile instructions of `docker commit --change` and `docker import --change`:
 * CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME, WORKDIR. Throws InvalidArgument
 * naming the instruction.
 */
export function applyChanges(config: RunConfig, changes: readonly string[]): RunConfig {
  let isCommandSet = false;
  let current = config;
  for (const instruction of instructionsOf(changes.join('\n'))) {
    current = apply(current, instruction, isCommandSet);
    isCommandSet ||= instruction.name === 'CMD';
  }
  return current;
}

function instructionsOf(text: string): Instruction[] {
  if (text.length > LIMIT) throw new EngineError('InvalidArgument', `changes: more than ${LIMIT} bytes`);
  if (text.includes('\0')) throw new EngineError('InvalidArgument', 'changes: a NUL byte');
  return text
    .replace(/\\[ \t]*\r?\n/g, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', rest = ''] = /^(\S+)\s*([^]*)$/.exec(line) ?? [];
      return { name: name.toUpperCase(), text: rest };
    });
}

function apply(config: RunConfig, { name, text }: Instruction, isCommandSet: boolean): RunConfig {
  const env = config.Env ?? [];
  const lookup = (key: string): string | undefined => env.find((entry) => entry.startsWith(`${key}=`))?.slice(key.length + 1);
  const expanded = (): string[] => splitWords(text).map((word) => expandWord(word, lookup));
  const one = (): string => {
    const value = expandWord(text, lookup);
    if (value === '') throw new EngineError('InvalidArgument', `${name} requires exactly one argument`);
    return value;
  };
  if (text === '' && !OTHERS.has(name) && name !== 'CMD' && name !== 'ENTRYPOINT') {
    throw new EngineError('InvalidArgument', `${name.slice(0, 60)} requires at least one argument`);
  }
  switch (name) {
    case 'CMD':
      return { ...config, Cmd: commandLine(config, text) };
    case 'ENTRYPOINT':
      return { ...config, Entrypoint: commandLine(config, text), ...(isCommandSet ? {} : { Cmd: null }) };
    case 'ENV':
      return { ...config, Env: keyValues(name, text, lookup).reduce((entries, [key, value]) => withVariable(entries, key, value), env) };
    case 'EXPOSE':
      return { ...config, ExposedPorts: { ...config.ExposedPorts, ...setOf(expanded().flatMap(portsOf)) } };
    case 'HEALTHCHECK':
      return { ...config, Healthcheck: parseHealthcheck(text, command) };
    case 'LABEL':
      return { ...config, Labels: { ...config.Labels, ...Object.fromEntries(keyValues(name, text, lookup)) } };
    case 'ONBUILD':
      return { ...config, OnBuild: [...(config.OnBuild ?? []), trigger(text)] };
    case 'STOPSIGNAL': {
      const signal = one();
      if (!/^(?:[0-9]{1,2}|(?:SIG)?[A-Za-z][A-Za-z0-9+-]*)$/.test(signal)) {
        throw new EngineError('InvalidArgument', `STOPSIGNAL: invalid signal: ${signal.slice(0, 60)}`);
      }
      return { ...config, StopSignal: signal };
    }
    case 'USER':
      return { ...config, User: one() };
    case 'VOLUME':
      return { ...config, Volumes: { ...config.Volumes, ...setOf(volumesOf(text, expanded)) } };
    case 'WORKDIR':
      return { ...config, WorkingDir: posix.resolve(config.WorkingDir || '/', one()) };
    default:
      if (OTHERS.has(name)) throw new EngineError('InvalidArgument', `${name} is not a valid change command`);
      throw new EngineError('InvalidArgument', `changes: unknown instruction: ${name.slice(0, 60)}`);
  }
}

/** The exec form is a JSON array of strings; anything else is a line for a shell. */
function command(text: string): { readonly isShell: boolean; readonly words: string[] } {
  const words = jsonWords(text);
  if (words !== undefined) return { isShell: false, words };
  return { isShell: true, words: text === '' ? [] : [text] };
}

function commandLine(config: RunConfig, text: string): string[] {
  const { isShell, words } = command(text);
  if (!isShell || words.length === 0) return words;
  const shell = config.Shell ?? [];
  return [...(shell.length > 0 ? shell : DEFAULT_SHELL), ...words];
}

function jsonWords(text: string): string[] | undefined {
  if (!text.trimStart().startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The entry of a name replaced in its place, or added. */
export function withVariable(entries: readonly string[], key: string, value: string): string[] {
  const entry = `${key}=${value}`;
  const at = entries.findIndex((one) => one.startsWith(`${key}=`) || one === key);
  return at < 0 ? [...entries, entry] : entries.with(at, entry);
}

/** `80`, `80/udp`, `8000-8010/tcp` as keys of ExposedPorts. Throws InvalidArgument. */
export function portsOf(text: string): string[] {
  const match = /^([0-9]{1,5})(?:-([0-9]{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || first > last || last > MAX_PORT) throw new EngineError('InvalidArgument', `EXPOSE: invalid containerPort: ${text.slice(0, 60)}`);
  const protocol = (match[3] ?? 'tcp').toLowerCase();
  return Array.from({ length: last - first + 1 }, (_, at) => `${first + at}/${protocol}`);
}

function trigger(text: string): string {
  const name = (/^\S+/.exec(text)?.[0] ?? '').toUpperCase();
  if (name === 'ONBUILD') throw new EngineError('InvalidArgument', "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (name === 'FROM' || name === 'MAINTAINER') throw new EngineError('InvalidArgument', `${name} isn't allowed as an ONBUILD trigger`);
  return text;
}

function volumesOf(text: string, expanded: () => string[]): string[] {
  const volumes = (jsonWords(text) ?? expanded()).map((path) => path.trim());
  if (volumes.includes('')) throw new EngineError('InvalidArgument', 'VOLUME specified can not be an empty string');
  return volumes;
}

function setOf(keys: readonly string[]): Record<string, object> {
  return Object.fromEntries(keys.map((key) => [key, {}]));
}
