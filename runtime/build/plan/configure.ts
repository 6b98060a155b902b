import { EngineError } from '../../base/errors.ts';
import { parseSignal } from '../../container/signals.ts';
import type { CommandLine, Instruction } from '../../formats/dockerfile/ast.ts';
import { healthcheckOf, portsOf, withVariable } from '../../formats/dockerfile/changes.ts';
import { expandWords } from '../../formats/dockerfile/expand.ts';
import { expand } from './expand.ts';
import type { StagePlan } from './stage-plan.ts';
import type { StageState } from './stage-state.ts';
import { workDirectory } from './work-directory.ts';

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { readonly kind: Kind }>;
type Configuring = Exclude<Instruction, Of<'ADD' | 'COPY' | 'FROM' | 'RUN'>>;
type Healthcheck = NonNullable<StageState['config']['Healthcheck']>;

/** Instructions that change the configuration, alone but for WORKDIR. Texts of the history are BuildKit's. Throws InvalidArgument. */
export function configure(plan: StagePlan, instruction: Configuring): void {
  const { state, dockerfile } = plan;
  const word = (text: string): string => expand(dockerfile, text, state.lookup);
  const { config } = state;
  switch (instruction.kind) {
    case 'ARG':
      declareArguments(plan, instruction);
      return;
    case 'CMD':
      config.Cmd = commandLine(state, instruction.command);
      config.ArgsEscaped = true;
      state.hasCommand = true;
      state.record(`CMD ${quotedList(config.Cmd)}`);
      return;
    case 'ENTRYPOINT':
      config.Entrypoint = commandLine(state, instruction.command);
      config.ArgsEscaped = true;
      if (!state.hasCommand) config.Cmd = null;
      state.record(`ENTRYPOINT ${quotedList(config.Entrypoint)}`);
      return;
    case 'ENV': {
      const pairs = instruction.pairs.map(({ key, value }) => [nameOf('ENV', word(key)), word(value)] as const);
      for (const [key, value] of pairs) {
        state.setVariable(key, value);
        config.Env = withVariable(config.Env ?? [], key, value);
      }
      state.record(`ENV ${pairs.map(([key, value]) => `${key}=${value}`).join(' ')}`);
      return;
    }
    case 'EXPOSE': {
      const ports = instruction.ports.flatMap((text) => expandWords(text, { escape: dockerfile.escape, lookup: state.lookup })).flatMap(portsOf);
      config.ExposedPorts = { ...config.ExposedPorts, ...setOf(ports) };
      state.record(`EXPOSE [${[...new Set(ports)].sort().join(' ')}]`);
      return;
    }
    case 'HEALTHCHECK':
      config.Healthcheck = healthcheckOf(instruction.health);
      state.record(`HEALTHCHECK ${describeHealthcheck(config.Healthcheck)}`);
      return;
    case 'LABEL': {
      const pairs = instruction.pairs.map(({ key, value }) => [nameOf('LABEL', word(key)), word(value)] as const);
      config.Labels = { ...config.Labels, ...Object.fromEntries(pairs) };
      state.record(`LABEL ${pairs.map(([key, value]) => `${key}=${value}`).join(' ')}`);
      return;
    }
    case 'MAINTAINER':
      state.author = instruction.value;
      state.record(`MAINTAINER ${instruction.value}`);
      return;
    case 'ONBUILD':
      // No part of the history: it has been nothing yet.
      config.OnBuild = [...(config.OnBuild ?? []), instruction.instruction];
      return;
    case 'SHELL':
      config.Shell = [...instruction.argv];
      state.record(`SHELL [${instruction.argv.join(' ')}]`);
      return;
    case 'STOPSIGNAL': {
      const signal = word(instruction.value);
      parseSignal(signal.slice(0, 60));
      config.StopSignal = signal;
      state.record(`STOPSIGNAL ${signal}`);
      return;
    }
    case 'USER':
      config.User = word(instruction.value);
      state.record(`USER ${config.User}`);
      return;
    case 'WORKDIR':
      workDirectory(plan, instruction);
      return;
    case 'VOLUME': {
      const paths = instruction.paths.map((path) => word(path).trim());
      if (paths.includes('')) throw new EngineError('InvalidArgument', 'VOLUME specified can not be an empty string');
      config.Volumes = { ...config.Volumes, ...setOf(paths) };
      state.record(`VOLUME [${paths.join(' ')}]`);
      return;
    }
  }
}

/** The value given, else the default of the instruction, else that of the same name before the first stage. */
function declareArguments({ state, dockerfile, request, globals }: StagePlan, { args }: Of<'ARG'>): void {
  const told = args.map((arg) => {
    const key = expand(dockerfile, arg.key, state.lookup);
    const given = request.buildArgs[key] ?? undefined;
    const value = given ?? (arg.value === undefined ? globals.get(key) : expand(dockerfile, arg.value, state.lookup));
    if (value !== undefined) state.setVariable(key, value);
    state.args.set(key, value);
    return value === undefined ? key : `${key}=${value}`;
  });
  state.record(`ARG ${told.join(' ')}`);
}

function nameOf(instruction: string, key: string): string {
  if (key === '') throw new EngineError('InvalidArgument', `${instruction} names can not be blank`);
  return key;
}

function commandLine(state: StageState, command: CommandLine): string[] {
  return command.form === 'exec' ? [...command.argv] : state.shell(command.line);
}

function setOf(keys: readonly string[]): Record<string, object> {
  return Object.fromEntries(keys.map((key) => [key, {}]));
}

function quotedList(words: readonly string[] | null): string {
  return `[${(words ?? []).map((word) => JSON.stringify(word)).join(' ')}]`;
}

/** Go's %q of the structure. */
function describeHealthcheck({ Test, Interval, Timeout, StartPeriod, StartInterval, Retries }: Healthcheck): string {
  const durations = [Interval, Timeout, StartPeriod, StartInterval].map((nanoseconds) => `"${goDuration(nanoseconds ?? 0)}"`);
  return `&{${quotedList(Test ?? [])} ${durations.join(' ')} '\\x${(Retries ?? 0).toString(16).padStart(2, '0')}'}`;
}

/** `1m30s`, `1.5s`, `0s`. */
function goDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  if (nanoseconds < 1e9) return `${nanoseconds / 1e6}ms`;
  const seconds = nanoseconds / 1e9;
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.round((seconds % 60) * 1e9) / 1e9];
  return `${hours > 0 ? `${hours}h` : ''}${seconds >= 60 ? `${minutes}m` : ''}${rest}s`;
}
