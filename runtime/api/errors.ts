import { assertNever } from '../base/assert.ts';
import { EngineError, type ErrorKind, firstOf, messageOf } from '../base/errors.ts';

/** The one place where a kind of failure becomes an HTTP status. 499 is what access logs call "the client went away". */
export function statusOf(kind: ErrorKind): number {
  switch (kind) {
    case 'InvalidArgument':
      return 400;
    case 'Unauthorized':
      return 401;
    case 'PermissionDenied':
      return 403;
    case 'NotFound':
      return 404;
    case 'NotModified':
      return 304;
    case 'TimedOut':
      return 408;
    case 'Conflict':
      return 409;
    case 'TooLarge':
      return 413;
    case 'Canceled':
      return 499;
    case 'Internal':
      return 500;
    case 'Unsupported':
      return 501;
    case 'Unavailable':
      return 503;
    default:
      return assertNever(kind, 'error kind');
  }
}

/** Anything thrown, as the failure of a request. What is no EngineError is a fault of ours: Internal. */
export function asEngineError(thrown: unknown): EngineError {
  const error = firstOf(thrown);
  if (error instanceof EngineError) return error;
  if (error instanceof Error && error.name === 'AbortError') return new EngineError('Canceled', 'the client went away', { cause: error });
  return new EngineError('Internal', messageOf(error), { cause: error });
}
