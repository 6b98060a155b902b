/** The closed set of failures; `runtime/api/errors.ts` maps each to one HTTP status. */
export type ErrorKind =
  | 'InvalidArgument' // 400: the caller's input is wrong; the message names the field
  | 'Unauthorized' // 401
  | 'PermissionDenied' // 403
  | 'NotFound' // 404
  | 'NotModified' // 304: already in the state asked for
  | 'Conflict' // 409: the object is in a state or use that forbids it
  | 'TimedOut' // 408: the caller took too long to send its request
  | 'TooLarge' // 413
  | 'Unsupported' // 501: this engine or machine cannot
  | 'Unavailable' // 503: try again later
  | 'Canceled' // 499 in logs; the client is gone
  | 'Internal'; // 500

/** The only error the engine throws on purpose. Callers match `kind` (or `code`), never the text. */
export class EngineError extends Error {
  readonly kind: ErrorKind;
  /** Machine-readable facts: field names, errno, the launcher step that failed. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(kind: ErrorKind, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EngineError';
    this.kind = kind;
    this.details = options.details ?? {};
  }
}

/** True when `error` is an EngineError of one of `kinds`. */
export function isKind(error: unknown, ...kinds: ErrorKind[]): error is EngineError {
  return error instanceof EngineError && kinds.includes(error.kind);
}

/** Why something failed: where its clean-up (`using`) failed as well, what came first. */
export function firstOf(error: unknown): unknown {
  let first = error;
  while (first instanceof SuppressedError) first = first.suppressed;
  return first;
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  const first = firstOf(error);
  return first instanceof Error ? first.message : String(first);
}
