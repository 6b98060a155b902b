import { EngineError } from '../../base/errors.ts';
import type { Heredoc, Instruction } from '../../formats/dockerfile/ast.ts';
import type { Operation, RunMount } from '../graph.ts';
import { runMounts } from './run-mounts.ts';
import type { StagePlan } from './stage-plan.ts';
import type { StageState } from './stage-state.ts';

type RunInstruction = Extract<Instruction, { readonly kind: 'RUN' }>;
type Network = Extract<Operation, { readonly kind: 'run' }>['network'];

/** Where a here-document that is a program of its own shows in its container. */
const PIPES = '/dev/pipes';

/** RUN. Throws InvalidArgument, PermissionDenied for what a client has to be allowed. */
export async function runCommand(plan: StagePlan, instruction: RunInstruction): Promise<void> {
  const { state, request, proxies } = plan;
  const { argv, mount } = commandOf(plan, instruction);
  const mounts = await runMounts(plan, instruction.mounts);
  // A proxy that the Dockerfile declares is an argument like any other, and part of the key.
  const uncachedEnv = proxies.filter((entry) => !state.env.has(entry.slice(0, entry.indexOf('='))));
  const operation: Operation = {
    kind: 'run',
    root: state.root,
    argv,
    env: [...[...state.env].map(([key, value]) => `${key}=${value}`), ...uncachedEnv],
    uncachedEnv,
    cwd: state.workingDirectory,
    user: state.config.User ?? '',
    mounts: mount === undefined ? mounts : [...mounts, mount],
    network: networkOf(instruction, request.allowInsecure),
    security: securityOf(instruction, request.allowInsecure),
  };
  state.root = plan.step(operation, instruction.text, instruction.range);
  state.record(`RUN ${[...toldArguments(state), ...argv].join(' ')} # buildkit`, state.root);
}

/** `|2 A=1 B=2` in front of a command in the history. */
function toldArguments({ args, env }: StageState): string[] {
  const told = [...args].map(([key, value]) => `${key}=${env.get(key) ?? value ?? ''}`);
  return told.length === 0 ? [] : [`|${told.length}`, ...told];
}

function commandOf(plan: StagePlan, { command, heredocs, range }: RunInstruction): { readonly argv: readonly string[]; readonly mount?: RunMount } {
  const { state } = plan;
  const [first] = heredocs;
  if (command.form === 'exec') return { argv: command.argv };
  if (first === undefined) return { argv: state.shell(command.line) };
  if (heredocs.length > 1 || !/^<<-?\s*["']?[\w.-]+["']?$/.test(command.line.trim())) return { argv: state.shell(withContents(command.line, heredocs)) };
  if (!first.content.startsWith('#!')) return { argv: state.shell(first.content) };
  const from = plan.part(
    {
      kind: 'file',
      base: null,
      actions: [
        { kind: 'copy', sources: [{ name: first.name, inline: first.content }], destination: `/${first.name}`, chmod: '0755', parents: false, exclude: [] },
      ],
    },
    `[internal] preparing inline document`,
    range,
  );
  return { argv: state.shell(`${PIPES}/${first.name}`), mount: { type: 'bind', target: PIPES, from, source: '/', readonly: true } };
}

/** The line for a shell that reads the here-documents itself. */
function withContents(line: string, heredocs: readonly Heredoc[]): string {
  return [line, ...heredocs.map(({ content, written = content, name }) => `${written}${name}`)].join('\n');
}

function networkOf({ network = 'default' }: RunInstruction, allowInsecure: boolean): Network {
  if (network !== 'default' && network !== 'none' && network !== 'host') {
    throw new EngineError('InvalidArgument', `invalid network mode: ${network.slice(0, 60)} (default, none or host)`);
  }
  if (network === 'host' && !allowInsecure) throw new EngineError('PermissionDenied', 'network.host is not allowed: the client has to allow it for this build');
  return network;
}

function securityOf({ security = 'sandbox' }: RunInstruction, allowInsecure: boolean): 'sandbox' | 'insecure' {
  if (security !== 'sandbox' && security !== 'insecure') {
    throw new EngineError('InvalidArgument', `security ${security.slice(0, 60)} is not valid (sandbox or insecure)`);
  }
  if (security === 'insecure' && !allowInsecure) {
    throw new EngineError('PermissionDenied', 'security.insecure is not allowed: the client has to allow it for this build');
  }
  return security;
}
