import { describe, expect, it } from 'vitest';
import type { ContainerStatus } from './container-service.ts';
import { CREATED, isLive, transition } from './state.ts';

describe('container states', () => {
  it('goes from created through running and paused to exited and back', () => {
    let state = transition(CREATED, { status: 'running', pid: 7, startedAt: 1n });
    state = transition(state, { status: 'paused' });
    state = transition(state, { status: 'running' });
    state = transition(state, { status: 'exited', pid: 0, exitCode: 3, finishedAt: 2n });
    expect(state).toEqual({ status: 'exited', pid: 0, exitCode: 3, oomKilled: false, error: '', startedAt: 1n, finishedAt: 2n });
    expect(transition(state, { status: 'running' }).status).toBe('running');
  });

  it.each<[ContainerStatus, ContainerStatus]>([
    ['created', 'paused'],
    ['running', 'removing'],
    ['exited', 'paused'],
    ['removing', 'running'],
  ])('refuses %s to %s', (from, to) => {
    expect(() => transition({ ...CREATED, status: from }, { status: to })).toThrow(`a container that is ${from} cannot become ${to}`);
  });

  it('knows which states have processes', () => {
    expect(['created', 'running', 'paused', 'restarting', 'exited'].filter((status) => isLive(status as ContainerStatus))).toEqual(['running', 'paused']);
  });
});
