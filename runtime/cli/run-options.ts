import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { parseSize } from '../base/units.ts';
import { CliError, EXIT_ENGINE } from './errors.ts';

export interface RunFlags {
  readonly detach?: boolean;
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly rm?: boolean;
  readonly name?: string;
  readonly env: readonly string[];
  readonly envFile: readonly string[];
  readonly volume: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
  readonly network?: string;
  readonly memory?: string;
  readonly cpus?: string;
  readonly pidsLimit?: string;
  readonly entrypoint?: string;
  readonly label: readonly string[];
  readonly hostname?: string;
  readonly readOnly?: boolean;
  readonly privileged?: boolean;
  readonly capAdd: readonly string[];
  readonly capDrop: readonly string[];
  readonly init?: boolean;
}

function refuse(message: string): never {
  throw new CliError(message, { exitCode: EXIT_ENGINE });
}

/** `NAME=value` stays; a bare `NAME` takes the value it has here and is left out when it has none. */
function variable(text: string, environment: NodeJS.ProcessEnv): string[] {
  if (text.startsWith('=') || text === '') refuse(`--env: ${JSON.stringify(text)} has no name`);
  if (text.includes('=')) return [text];
  const value = environment[text];
  return value === undefined ? [] : [`${text}=${value}`];
}

/** Lines of NAME=value or NAME; blank lines and those that begin with # are skipped. */
export function parseEnvFile(text: string, environment: NodeJS.ProcessEnv): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, '').trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => variable(line, environment));
}

function readEnvFile(path: string, environment: NodeJS.ProcessEnv): string[] {
  try {
    return parseEnvFile(readFileSync(path, 'utf8'), environment);
  } catch (error) {
    return refuse(`--env-file: ${messageOf(error)}`);
  }
}

/** `NAME=value`, or a name alone for an empty value. */
function label(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** A source that is a relative path is meant from here; the engine may run anywhere. */
function bind(text: string): string {
  const [source = '', ...rest] = text.split(':');
  if (rest.length === 0) return refuse(`--volume: ${JSON.stringify(text)} is not SOURCE:TARGET[:OPTIONS]`);
  return [source.startsWith('.') ? resolve(source) : source, ...rest].join(':');
}

function number(text: string | undefined, option: string, range: { readonly min: number; readonly whole: boolean }): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  const fits = text.trim() !== '' && Number.isFinite(value) && value >= range.min && (!range.whole || Number.isInteger(value));
  return fits ? value : refuse(`--${option}: ${JSON.stringify(text)} is not a ${range.whole ? 'whole ' : ''}number`);
}

function memory(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return parseSize(text) ?? refuse(`--memory: ${JSON.stringify(text)} is not a size such as 512m`);
}

/** The body of the create request for `run`. Throws CliError naming the option that is wrong. */
export function createBody(image: string, command: readonly string[], flags: RunFlags, environment: NodeJS.ProcessEnv): object {
  const cpus = number(flags.cpus, 'cpus', { min: 0, whole: false });
  const attached = !flags.detach;
  return {
    Image: image,
    ...(command.length > 0 ? { Cmd: command } : {}),
    ...(flags.entrypoint === undefined ? {} : { Entrypoint: flags.entrypoint === '' ? [''] : [flags.entrypoint] }),
    Hostname: flags.hostname,
    User: flags.user,
    WorkingDir: flags.workdir,
    Env: [...flags.envFile.flatMap((path) => readEnvFile(path, environment)), ...flags.env.flatMap((text) => variable(text, environment))],
    Labels: Object.fromEntries(flags.label.map(label)),
    Tty: flags.tty === true,
    OpenStdin: flags.interactive === true,
    StdinOnce: flags.interactive === true && attached,
    AttachStdin: flags.interactive === true && attached,
    AttachStdout: attached,
    AttachStderr: attached,
    HostConfig: {
      AutoRemove: flags.rm === true,
      Binds: flags.volume.map(bind),
      NetworkMode: flags.network,
      Memory: memory(flags.memory),
      NanoCpus: cpus === undefined ? undefined : Math.round(cpus * 1e9),
      PidsLimit: number(flags.pidsLimit, 'pids-limit', { min: -1, whole: true }),
      ReadonlyRootfs: flags.readOnly,
      Privileged: flags.privileged,
      CapAdd: flags.capAdd,
      CapDrop: flags.capDrop,
      Init: flags.init,
    },
  };
}
