import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { ImageConfig } from '../oci/config.ts';
import type { CommandLine, HealthcheckArguments, Instruction } from './ast.ts';
import { type Expansion, expandWord, expandWords } from './expand.ts';
import { readSentences, understand } from './instructions/parse-instruction.ts';
import { linesOf } from './lines.ts';

export type RunConfig = NonNullable<ImageConfig['config']>;

const MAX_LENGTH = 1024 * 1024;
const MAX_CHANGES = 1_000;
const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];
const MAX_PORT = 65_535;

/**
 * An image's configuration after the Dockerfile instructions of `docker commit --change` and `docker import --change`:
 * CMD, ENTRYPOINT, ENV, EXPOSE, HEALTHCHECK, LABEL, ONBUILD, STOPSIGNAL, USER, VOLUME, WORKDIR. Throws InvalidArgument
 * naming the instruction.
 */
export function applyChanges(config: RunConfig, changes: readonly string[]): RunConfig {
  const text = changes.join('\n');
  if (text.length > MAX_LENGTH) throw new EngineError('InvalidArgument', `changes: more than ${MAX_LENGTH} characters`);
  if (text.includes('\0')) throw new EngineError('InvalidArgument', 'changes: a NUL byte');
  let isCommandSet = false;
  let current = config;
  for (const sentence of readSentences(linesOf(text), '\\', { limit: MAX_CHANGES })) {
    const instruction = understand(sentence);
    current = apply(current, instruction, isCommandSet);
    isCommandSet ||= instruction.kind === 'CMD';
  }
  return current;
}

function apply(config: RunConfig, instruction: Instruction, isCommandSet: boolean): RunConfig {
  const env = config.Env ?? [];
  const expansion: Expansion = { lookup: (key) => env.find((entry) => entry.startsWith(`${key}=`))?.slice(key.length + 1) };
  const pairsOf = (pairs: readonly { readonly key: string; readonly value: string }[]): [string, string][] =>
    pairs.map(({ key, value }) => [nameOf(instruction.kind, expandWord(key, expansion)), expandWord(value, expansion)]);
  switch (instruction.kind) {
    case 'CMD':
      return { ...config, Cmd: commandLine(config, instruction.command) };
    case 'ENTRYPOINT':
      return { ...config, Entrypoint: commandLine(config, instruction.command), ...(isCommandSet ? {} : { Cmd: null }) };
    case 'ENV':
      return { ...config, Env: pairsOf(instruction.pairs).reduce((entries, [key, value]) => withVariable(entries, key, value), env) };
    case 'EXPOSE': {
      const ports = instruction.ports.flatMap((port) => expandWords(port, expansion)).flatMap(portsOf);
      return { ...config, ExposedPorts: { ...config.ExposedPorts, ...setOf(ports) } };
    }
    case 'HEALTHCHECK':
      return { ...config, Healthcheck: healthcheckOf(instruction.health) };
    case 'LABEL':
      return { ...config, Labels: { ...config.Labels, ...Object.fromEntries(pairsOf(instruction.pairs)) } };
    case 'ONBUILD':
      return { ...config, OnBuild: [...(config.OnBuild ?? []), instruction.instruction] };
    case 'STOPSIGNAL':
      return { ...config, StopSignal: signalOf(expandWord(instruction.value, expansion)) };
    case 'USER':
      return { ...config, User: expandWord(instruction.value, expansion) };
    case 'VOLUME':
      return { ...config, Volumes: { ...config.Volumes, ...setOf(instruction.paths.map((path) => expandWord(path, expansion))) } };
    case 'WORKDIR':
      return { ...config, WorkingDir: posix.resolve(config.WorkingDir || '/', expandWord(instruction.value, expansion)) };
    default:
      throw new EngineError('InvalidArgument', `${instruction.kind} is not a valid change command`);
  }
}

function commandLine(config: RunConfig, command: CommandLine): string[] {
  if (command.form === 'exec') return [...command.argv];
  if (command.line === '') return [];
  const shell = config.Shell ?? [];
  return [...(shell.length > 0 ? shell : DEFAULT_SHELL), command.line];
}

/** HEALTHCHECK as an image's configuration has it; a zero stands for the default and is left out. */
export function healthcheckOf(health: HealthcheckArguments): NonNullable<NonNullable<RunConfig['Healthcheck']>> {
  if (health.none) return { Test: ['NONE'] };
  const { command, interval, timeout, startPeriod, startInterval, retries } = health;
  return {
    Test: command.form === 'exec' ? ['CMD', ...command.argv] : ['CMD-SHELL', command.line],
    ...(interval ? { Interval: interval } : {}),
    ...(timeout ? { Timeout: timeout } : {}),
    ...(startPeriod ? { StartPeriod: startPeriod } : {}),
    ...(startInterval ? { StartInterval: startInterval } : {}),
    ...(retries ? { Retries: retries } : {}),
  };
}

/** The entry of a name replaced in its place, or added. */
export function withVariable(entries: readonly string[], key: string, value: string): string[] {
  const entry = `${key}=${value}`;
  const at = entries.findIndex((one) => one.startsWith(`${key}=`) || one === key);
  return at < 0 ? [...entries, entry] : entries.with(at, entry);
}

/** `80`, `80/udp`, `8000-8010/tcp` as keys of ExposedPorts; a host's address or port in front, which means nothing here, is left out. Throws InvalidArgument. */
export function portsOf(text: string): string[] {
  const match = /^(?:(?:[0-9.]*|\[[0-9a-f:.]*\]):)?(?:[0-9-]*:)?([0-9]{1,5})(?:-([0-9]{1,5}))?(?:\/(tcp|udp|sctp)?)?$/i.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || first > last || last > MAX_PORT) throw new EngineError('InvalidArgument', `EXPOSE: invalid containerPort: ${text.slice(0, 60)}`);
  const protocol = (match[3] ?? 'tcp').toLowerCase();
  return Array.from({ length: last - first + 1 }, (_, at) => `${first + at}/${protocol}`);
}

function nameOf(kind: string, key: string): string {
  if (key === '') throw new EngineError('InvalidArgument', `${kind} names can not be blank`);
  return key;
}

function signalOf(text: string): string {
  if (!/^(?:[0-9]{1,2}|(?:SIG)?[A-Za-z][A-Za-z0-9+-]*)$/.test(text)) {
    throw new EngineError('InvalidArgument', `STOPSIGNAL: invalid signal: ${text.slice(0, 60)}`);
  }
  return text;
}

function setOf(keys: readonly string[]): Record<string, object> {
  return Object.fromEntries(keys.map((key) => [key, {}]));
}
