import { describe, expect, it } from 'vitest';
import { EngineError, type ErrorKind } from '../base/errors.ts';
import { asEngineError, statusOf } from './errors.ts';

const STATUS: Record<ErrorKind, number> = {
  InvalidArgument: 400,
  Unauthorized: 401,
  PermissionDenied: 403,
  NotFound: 404,
  NotModified: 304,
  TimedOut: 408,
  Conflict: 409,
  TooLarge: 413,
  Canceled: 499,
  Internal: 500,
  Unsupported: 501,
  Unavailable: 503,
};

describe('failures', () => {
  it.each(Object.entries(STATUS))('%s is %d', (kind, status) => expect(statusOf(kind as ErrorKind)).toBe(status));

  it('takes what was not thrown on purpose for a fault of the engine', () => {
    expect(asEngineError(new TypeError('x is undefined'))).toMatchObject({ kind: 'Internal', message: 'x is undefined' });
    expect(asEngineError('text')).toMatchObject({ kind: 'Internal', message: 'text' });
  });

  it('takes an abort for a client that went away', () => {
    expect(asEngineError(new DOMException('aborted', 'AbortError'))).toMatchObject({ kind: 'Canceled' });
    const conflict = new EngineError('Conflict', 'in use');
    expect(asEngineError(conflict)).toBe(conflict);
  });
});
