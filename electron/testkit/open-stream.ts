import type { StreamContext } from '../ipc/backend.ts';
import type { StreamInputs, StreamName, StreamOutputs } from '../ipc/contract.ts';

export interface OpenStream<N extends StreamName> extends StreamContext<N> {
  readonly sent: StreamOutputs[N][];
  close(): void;
}

/** A stream with endless credit; the page sends `given` and then, with `stays`, nothing more but leaves it open. */
export function openStream<N extends StreamName>(given: readonly StreamInputs[N][] = [], stays = false): OpenStream<N> {
  const abort = new AbortController();
  const sent: StreamOutputs[N][] = [];
  async function* inputs() {
    for (const input of given) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      yield input;
    }
    if (stays) await new Promise((resolve) => abort.signal.addEventListener('abort', resolve));
  }
  return { sent, signal: abort.signal, inputs: inputs(), send: (value) => Promise.resolve(void sent.push(value)), close: () => abort.abort() };
}
