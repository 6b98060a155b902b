import { z } from 'zod';
import type { FeedMessage } from '../../../runtime/api/types/feed.ts';
import type { MetricsMessage } from '../../../runtime/api/types/metrics.ts';
import { id } from './fields.ts';

/** Why the engine is not there, in words, and what may help. */
export interface EngineStatus {
  readonly state: 'starting' | 'running' | 'stopped' | 'failed';
  readonly reason: string;
  readonly socket: string;
  readonly version: string;
  /** `app`: real Electron; `browser`: served over loopback. */
  readonly shell: 'app' | 'browser';
  readonly platform: string;
}

export const engineRequestSchemas = {
  'engine.status': z.strictObject({}),
  'engine.restart': z.strictObject({}),
} as const;

export interface EngineResults {
  'engine.status': EngineStatus;
  'engine.restart': null;
}

export const engineStreamSchemas = {
  'engine.status': z.strictObject({}),
  feed: z.strictObject({}),
  metrics: z.strictObject({ id: id.optional(), since: z.number().optional() }),
} as const;

export interface EngineOutputs {
  'engine.status': EngineStatus;
  feed: FeedMessage;
  metrics: MetricsMessage;
}

export interface EngineInputs {
  'engine.status': never;
  feed: never;
  metrics: never;
}
