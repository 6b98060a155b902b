import type { RequestName, RequestParams, RequestResults, StreamInputs, StreamName, StreamOutputs, StreamParams } from '../../electron/ipc/contract.ts';

/** A failed request; `status` is the engine's HTTP status, 0 when it never got there. */
export class RequestError extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.name = 'RequestError';
    this.status = status;
  }
}

export interface StreamHandlers<N extends StreamName> {
  /** Credit for the next message is granted when the returned promise settles. */
  onData(value: StreamOutputs[N]): void | Promise<void>;
  /** Once; null: ended well. Not called after a close by this side. */
  onClose(error: RequestError | null): void;
}

export interface OpenStream<N extends StreamName> {
  /** Resolves when there is credit for one more. */
  send(value: StreamInputs[N]): Promise<void>;
  /** Cancels the work behind the stream. Idempotent. */
  close(): void;
}

/** The one way from the renderer to the shell; MessagePort in Electron, WebSocket in browser mode. */
export interface Transport {
  request<N extends RequestName>(name: N, params: RequestParams<N>): Promise<RequestResults[N]>;
  open<N extends StreamName>(name: N, params: StreamParams<N>, handlers: StreamHandlers<N>): OpenStream<N>;
}
