import { EngineError } from '../base/errors.ts';
import type { RuntimeHook, RuntimeSpec } from '../formats/oci/runtime-spec.ts';
import { runTool } from '../sys/run-tool.ts';
import type { ContainerState } from './state.ts';

type Phase = 'prestart' | 'createRuntime' | 'poststart' | 'poststop';

/** Throws Unsupported for hooks that would have to run inside of the container before its start. */
export function checkHooks({ hooks }: RuntimeSpec): void {
  if (hooks?.createContainer.length) throw new EngineError('Unsupported', 'hooks.createContainer is not supported');
  if (hooks?.startContainer.length) throw new EngineError('Unsupported', 'hooks.startContainer is not supported');
}

/** Runs the hooks of one phase in order, each with the state on its stdin. Throws what the first that fails says. */
export async function runHooks({ hooks }: RuntimeSpec, phase: Phase, state: Omit<ContainerState, 'status'> & { readonly status: string }): Promise<void> {
  for (const hook of hooks?.[phase] ?? []) await runHook(hook, JSON.stringify(state));
}

async function runHook({ path, args, env, timeout }: RuntimeHook, input: string): Promise<void> {
  const environment = Object.fromEntries(env.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
  await runTool(path, args.slice(1), input, { argv0: args[0] ?? path, env: environment, ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }) });
}
