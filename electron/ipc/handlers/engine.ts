import type { Supervisor } from '../../engine/supervisor.ts';
import type { Backend } from '../backend.ts';
import type { EngineStatus } from '../contract/engine.ts';

export interface ShellFacts {
  readonly socket: string;
  /** Path of what an engine that the app starts prints. */
  readonly log: string;
  readonly shell: EngineStatus['shell'];
}

export function engineRequests(supervisor: Supervisor, facts: ShellFacts): Pick<Backend['requests'], 'engine.status' | 'engine.restart'> {
  return {
    'engine.status': () => Promise.resolve(statusOf(supervisor, facts)),
    async 'engine.restart'() {
      await supervisor.restart();
      return null;
    },
  };
}

export function engineStreams(supervisor: Supervisor, facts: ShellFacts): Pick<Backend['streams'], 'engine.status'> {
  return {
    /** The state now, then each later one until the page closes the stream. */
    async 'engine.status'(_params, stream) {
      const closed = Promise.withResolvers<void>();
      const send = () => void stream.send(statusOf(supervisor, facts)).catch(() => undefined);
      const unsubscribe = supervisor.subscribe(send);
      stream.signal.addEventListener('abort', () => closed.resolve());
      send();
      await closed.promise.finally(unsubscribe);
    },
  };
}

function statusOf(supervisor: Supervisor, { socket, shell }: ShellFacts): EngineStatus {
  return { ...supervisor.state, socket, shell, platform: process.platform };
}
