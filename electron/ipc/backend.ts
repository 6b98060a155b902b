import type { RequestName, RequestParams, RequestResults, StreamInputs, StreamName, StreamOutputs, StreamParams } from './contract.ts';

/** The server's side of one open stream. */
export interface StreamContext<N extends StreamName> {
  /** Aborted when the page closed the stream or its connection ended. */
  readonly signal: AbortSignal;
  /** Waits for credit, then sends. @throws ShellError when the stream is closed. */
  send(value: StreamOutputs[N]): Promise<void>;
  /** What the page sends, in order; ends when the stream closes. To be iterated once. */
  readonly inputs: AsyncIterable<StreamInputs[N]>;
}

/** One function per row of the contract. A stream closes when its promise settles. */
export interface Backend {
  readonly requests: { readonly [N in RequestName]: (params: RequestParams<N>) => Promise<RequestResults[N]> };
  readonly streams: { readonly [N in StreamName]: (params: StreamParams<N>, stream: StreamContext<N>) => Promise<void> };
}
