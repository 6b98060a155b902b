import { EngineError } from '../base/errors.ts';
import type { ContainerState, ContainerStatus } from './container-service.ts';

/** Which status may follow which. `removing` is left only by the container's end (or `dead` when that failed). */
const FOLLOWERS: Readonly<Record<ContainerStatus, readonly ContainerStatus[]>> = {
  created: ['created', 'running', 'removing'],
  running: ['paused', 'restarting', 'exited'],
  paused: ['running', 'restarting', 'exited'],
  restarting: ['running', 'exited', 'removing'],
  exited: ['exited', 'running', 'removing'],
  removing: ['dead'],
  dead: ['removing'],
};

export const CREATED: ContainerState = {
  status: 'created',
  pid: 0,
  exitCode: 0,
  oomKilled: false,
  error: '',
  startedAt: 0n,
  finishedAt: 0n,
};

/** `state` with `change` applied. Throws Conflict when the new status may not follow the old one. */
export function transition(state: ContainerState, change: Partial<ContainerState> & { readonly status: ContainerStatus }): ContainerState {
  if (!FOLLOWERS[state.status].includes(change.status)) {
    throw new EngineError('Conflict', `a container that is ${state.status} cannot become ${change.status}`);
  }
  return { ...state, ...change };
}

/** True while the container has processes. */
export function isLive(status: ContainerStatus): boolean {
  return status === 'running' || status === 'paused';
}
