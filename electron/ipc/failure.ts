import { z } from 'zod';
import type { IpcFailure } from './contract/fields.ts';

/** The status of work that somebody else has ended at the engine. */
export const CANCELED = 499;

/** A failure that the shell knows how to word; `status` is the engine's HTTP status, 0 when it never got there. */
export class ShellError extends Error {
  readonly status: number;
  constructor(message: string, status = 0, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ShellError';
    this.status = status;
  }
}

/** The page ended, or was loaded anew, in the middle of something that it did not end itself. */
export class PageGone extends ShellError {
  constructor() {
    super('the page was closed before this was done');
    this.name = 'PageGone';
  }
}

/** The words for a zod error: each field with its cause. */
export function describeProblems(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'value'}: ${issue.message}`).join('; ');
}

/** Any thrown value as it crosses to the page. */
export function toFailure(error: unknown): IpcFailure {
  if (error instanceof ShellError) return { message: error.message, status: error.status };
  if (error instanceof z.ZodError) return { message: describeProblems(error), status: 400 };
  if (error instanceof Error) return { message: error.message, status: 0 };
  return { message: String(error), status: 0 };
}
