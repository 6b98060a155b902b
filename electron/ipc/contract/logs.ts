import { z } from 'zod';
import type { LogFollowMessage, LogLine, LogLinesAnswer, LogSearchMessage } from '../../../runtime/api/types/log-views.ts';
import { ids as anyNumber, type BulkResult, id } from './fields.ts';

/** Of how many containers one list can be made. */
const ids = z.array(id).min(1).max(50);
const number = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const line = z.strictObject({ source: z.number().int().min(0).max(49), number });
const count = z.number().int().min(1).max(1000);

const logQuerySchema = z.strictObject({
  /** Empty: every line. */
  text: z.string().max(1000),
  isRegex: z.boolean(),
  isCaseSensitive: z.boolean(),
  stream: z.enum(['all', 'stdout', 'stderr']),
});
export type LogQuery = z.infer<typeof logQuerySchema>;

/** Which lines; `tail` the newest ones, `at` single ones that are no neighbours. */
const choice = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tail') }),
  z.strictObject({ kind: z.literal('from'), from: number }),
  z.strictObject({ kind: z.literal('around'), line }),
  z.strictObject({ kind: z.literal('at'), lines: z.array(line).min(1).max(500) }),
]);
export type LogChoice = z.infer<typeof choice>;

export const logRequestSchemas = {
  /** A window on the log of one container, or on those of several merged by time. */
  'logs.lines': z.strictObject({ ids, choice, count }),
  /** Bytes on the disk, rotated files included. */
  'logs.sizes': z.strictObject({ ids: anyNumber }),
  /** Takes away what is written, for good; what comes next shows up as before. */
  'logs.empty': z.strictObject({ ids: anyNumber }),
  /** The newest lines with a text in the logs of all running containers, for a search of everything. */
  'logs.search': z.strictObject({ text: z.string().min(1).max(200), limit: z.number().int().min(1).max(200) }),
} as const;

/** A line that a search of everything has found. */
export interface LogHit extends LogLine {
  readonly id: string;
  readonly name: string;
}

export interface LogResults {
  'logs.lines': LogLinesAnswer;
  /** By id; those that are gone are left out. */
  'logs.sizes': { readonly sizes: Readonly<Record<string, number>> };
  /** With the bytes that those had which were emptied. */
  'logs.empty': BulkResult & { readonly bytes: number };
  /** Newest first. */
  'logs.search': { readonly hits: readonly LogHit[]; readonly count: number };
}

export const logStreamSchemas = {
  /** Every line that matches, at most `limit` of them numbered; of each log those from a number on. */
  'logs.find': z.strictObject({ ids, query: logQuerySchema, limit: z.number().int().min(0).max(1_000_000), from: z.array(number).max(50).optional() }),
  /** Where the log begins and ends, at once and with each change, and its newest lines. */
  'logs.follow': z.strictObject({ ids, tail: z.number().int().min(0).max(1000) }),
} as const;

export interface LogOutputs {
  'logs.find': LogSearchMessage;
  'logs.follow': LogFollowMessage;
}

export interface LogInputs {
  'logs.find': never;
  'logs.follow': never;
}
