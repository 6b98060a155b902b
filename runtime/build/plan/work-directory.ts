import { posix } from 'node:path';
import type { Instruction } from '../../formats/dockerfile/ast.ts';
import { expand } from './expand.ts';
import type { StagePlan } from './stage-plan.ts';

/** WORKDIR: made where it is missing, for the stage's user. Throws InvalidArgument for what cannot be expanded. */
export function workDirectory(plan: StagePlan, { value, text, range }: Extract<Instruction, { readonly kind: 'WORKDIR' | 'USER' | 'STOPSIGNAL' }>): void {
  const { state, dockerfile } = plan;
  const written = expand(dockerfile, value, state.lookup);
  const path = posix.resolve(state.workingDirectory, written);
  const told = `WORKDIR ${written.startsWith('/') ? written : path}`;
  state.config.WorkingDir = path;
  if (path === '/') {
    state.record(told);
    return;
  }
  const user = state.config.User ?? '';
  state.root = plan.step({ kind: 'file', base: state.root, actions: [{ kind: 'mkdir', path, ...(user === '' ? {} : { chown: user }) }] }, text, range);
  state.record(told, state.root);
}
