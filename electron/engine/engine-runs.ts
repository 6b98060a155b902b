import type { Supervisor } from './supervisor.ts';

/** Tells a listener whether the engine runs, at once and with each change; it returns what ends that. */
export type EngineRuns = (listener: (running: boolean) => void) => () => void;

export function engineRuns(supervisor: Pick<Supervisor, 'state' | 'subscribe'>): EngineRuns {
  return (listener) => {
    listener(supervisor.state.state === 'running');
    return supervisor.subscribe(({ state }) => listener(state === 'running'));
  };
}
