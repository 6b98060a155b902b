import { z } from 'zod';
import { id } from './fields.ts';

export interface LogLine {
  readonly stream: 1 | 2;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Without its newline. */
  readonly text: string;
}

export const logStreamSchemas = {
  logs: z.strictObject({ id, tail: z.number().int().min(0).max(100_000), follow: z.boolean() }),
} as const;

export interface LogOutputs {
  logs: { readonly lines: readonly LogLine[] };
}

export interface LogInputs {
  logs: never;
}
