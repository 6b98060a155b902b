import type { ContainerState, WaitCondition } from './container-service.ts';
import { isLive } from './state.ts';

export interface WaitResult {
  readonly exitCode: number;
  readonly error: string;
}

/** Who waits for a container to end or to be gone. */
export class ExitWaiters {
  readonly #exit = new Set<(result: WaitResult) => void>();
  readonly #removal = new Set<(result: WaitResult) => void>();

  /** `not-running` holds at once for a container that does not run. Rejects with the signal's reason. */
  wait(condition: WaitCondition, state: ContainerState, signal: AbortSignal): Promise<WaitResult> {
    const isRunning = isLive(state.status) || state.status === 'restarting';
    if (condition === 'not-running' && !isRunning) return Promise.resolve(resultOf(state));
    const listeners = condition === 'removed' ? this.#removal : this.#exit;
    const { promise, resolve, reject } = Promise.withResolvers<WaitResult>();
    const onAbort = (): void => {
      listeners.delete(onResult);
      reject(signal.reason as Error);
    };
    const onResult = (result: WaitResult): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    listeners.add(onResult);
    if (signal.aborted) onAbort();
    return promise;
  }

  exited(state: ContainerState): void {
    settle(this.#exit, state);
  }

  /** A removal succeeded whatever the last start did: its failure was told to who asked for the start. */
  removed(state: ContainerState): void {
    const last = { ...state, error: '' };
    settle(this.#exit, last);
    settle(this.#removal, last);
  }
}

function settle(listeners: Set<(result: WaitResult) => void>, state: ContainerState): void {
  const waiting = [...listeners];
  listeners.clear();
  for (const listener of waiting) listener(resultOf(state));
}

function resultOf({ exitCode, error }: ContainerState): WaitResult {
  return { exitCode, error };
}
