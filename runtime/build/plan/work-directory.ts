import { posix } from 'node:path';
import { EngineError } from '../../base/errors.ts';
import type { Instruction } from '../../formats/dockerfile/ast.ts';
import { expand } from './expand.ts';
import type { StagePlan } from './stage-plan.ts';

/** WORKDIR: made where it is missing, for the stage's user. Throws InvalidArgument. */
export function workDirectory(plan: StagePlan, { value, text, range }: Extract<Instruction, { readonly kind: 'WORKDIR' | 'USER' | 'STOPSIGNAL' }>): void {
  const { state, dockerfile } = plan;
  const written = expand(dockerfile, value, state.lookup);
  if (written === '') throw new EngineError('InvalidArgument', `WORKDIR is empty once its variables are put in: ${value}`);
  const path = posix.resolve(state.workingDirectory, written);
  state.config.WorkingDir = path;
  if (path === '/') {
    state.record(`WORKDIR ${path}`);
    return;
  }
  const user = state.config.User ?? '';
  state.root = plan.step({ kind: 'file', base: state.root, actions: [{ kind: 'mkdir', path, ...(user === '' ? {} : { chown: user }) }] }, text, range);
  state.record(`WORKDIR ${path}`, state.root);
}
