import type { EngineStatus } from '../../electron/ipc/contract/engine.ts';
import type { RequestName, RequestParams, RequestResults, StreamInputs, StreamName, StreamOutputs, StreamParams } from '../../electron/ipc/contract.ts';
import { type OpenStream, RequestError, type StreamHandlers, type Transport } from '../engine/transport.ts';

export interface FakeStream<N extends StreamName> {
  readonly name: N;
  readonly params: StreamParams<N>;
  /** What the renderer has sent, in order. */
  readonly received: StreamInputs[N][];
  readonly closed: boolean;
  push(value: StreamOutputs[N]): void;
  /** The other side ends it. */
  end(error?: RequestError | null): void;
}

export type Answers = { readonly [N in RequestName]?: (params: RequestParams<N>) => RequestResults[N] | Promise<RequestResults[N]> };
export type Openers = { readonly [N in StreamName]?: (stream: FakeStream<N>) => (() => void) | undefined };

export const RUNNING: EngineStatus = {
  state: 'running',
  reason: '',
  socket: '/run/slipway/slipway.sock',
  version: '0.1.0',
  shell: 'browser',
  platform: 'linux',
};

/**
 * A transport that a test drives by hand. Requests are answered by `answers`, streams are kept in `streams`;
 * `openers` may script one from its opening on, and return what to do when the renderer closes it.
 */
export class FakeTransport implements Transport {
  readonly requests: { readonly name: RequestName; readonly params: unknown }[] = [];
  readonly streams: FakeStream<StreamName>[] = [];
  readonly answers: Answers;
  readonly openers: Openers;

  constructor(answers: Answers = {}, openers: Openers = {}) {
    this.answers = answers;
    this.openers = openers;
  }

  async request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResults[N]> {
    this.requests.push({ name, params });
    const answer = this.answers[name];
    if (!answer) throw new RequestError(`no answer for ${name}`, 0);
    return await answer(params);
  }

  open<N extends StreamName>(name: N, params: StreamParams<N>, handlers: StreamHandlers<N>): OpenStream<N> {
    let closed = false;
    const received: StreamInputs[N][] = [];
    const stream: FakeStream<N> = {
      name,
      params,
      received,
      get closed() {
        return closed;
      },
      push: (value) => {
        if (!closed) void handlers.onData(value);
      },
      end: (error = null) => {
        if (closed) return;
        closed = true;
        handlers.onClose(error);
      },
    };
    this.streams.push(stream);
    const cleanUp = this.openers[name]?.(stream);
    return {
      send: (value) => {
        if (closed) return Promise.reject(new RequestError('closed', 0));
        received.push(value);
        return Promise.resolve();
      },
      close: () => {
        if (closed) return;
        closed = true;
        cleanUp?.();
      },
    };
  }

  /** The newest open stream of a name. */
  stream<N extends StreamName>(name: N): FakeStream<N> {
    const found = this.streams.findLast((stream) => stream.name === name && !stream.closed);
    if (!found) throw new Error(`no open stream ${name}`);
    return found as unknown as FakeStream<N>;
  }
}
