import { EngineError, type ErrorKind, messageOf } from '../../base/errors.ts';

export type WorkerAnswer<Result> =
  | { readonly kind: 'progress'; readonly bytesRead: number }
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: PlainError };

interface PlainError {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly code: string | undefined;
}

/** Errors lose their class on the way between threads. */
export function toPlainError(error: unknown): PlainError {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return { kind: 'Internal', message: 'no space left on device', code };
  return { kind: error instanceof EngineError ? error.kind : 'Internal', message: messageOf(error), code };
}

export function fromPlainError({ kind, message, code }: PlainError): EngineError {
  return new EngineError(kind, message, code === undefined ? {} : { details: { code } });
}
