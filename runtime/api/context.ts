import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../base/log.ts';
import type { Route } from './router.ts';

/** One request as a handler sees it. */
export interface RequestContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Minor number of the API version asked for. */
  readonly version: number;
  /** Aborted when the client goes away before it has its answer, and when the server closes. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Set when the client asked to turn the connection into a raw one; `head` are bytes it has sent already. */
  readonly upgrade: { readonly socket: Socket; readonly head: Uint8Array } | null;
}

/** Answers the request or throws; what it throws becomes Docker's error object. */
export type Handler = (context: RequestContext) => Promise<void> | void;

export type ApiRoute = Route<Handler>;
