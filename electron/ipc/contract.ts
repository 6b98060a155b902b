import { z } from 'zod';
import type { FeedMessage } from '../../runtime/api/types/feed.ts';
import type { MetricsMessage } from '../../runtime/api/types/metrics.ts';

/** The only list of what the renderer may ask. Both transports (MessagePort, WebSocket) carry exactly this. */

const id = z.string().min(1).max(256);
const ids = z.array(id).min(1).max(1000);
const size = { rows: z.number().int().min(1).max(1000), columns: z.number().int().min(1).max(1000) };

const runRequestSchema = z.strictObject({
  image: z.string().min(1).max(1024),
  name: z.string().max(128),
  /** Split by the renderer; empty: the image's own. */
  command: z.array(z.string().max(131_072)).max(1000),
  entrypoint: z.array(z.string().max(131_072)).max(1000),
  env: z.array(z.string().max(131_072)).max(1000),
  mounts: z.array(z.strictObject({ source: z.string().max(4096), target: z.string().max(4096), readonly: z.boolean() })).max(100),
  tty: z.boolean(),
  openStdin: z.boolean(),
  autoRemove: z.boolean(),
  user: z.string().max(256),
  workingDir: z.string().max(4096),
  network: z.string().max(128),
  /** Bytes; 0: no limit. */
  memory: z.number().int().min(0),
  /** Cpus; 0: no limit. */
  cpus: z.number().min(0).max(1024),
  /** 0: no limit. */
  pids: z.number().int().min(0),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

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

/** Any failure as it crosses to the renderer; `status` is the engine's HTTP status or 0. */
export interface IpcFailure {
  readonly message: string;
  readonly status: number;
}

/** Parameters of each request. */
export const requestSchemas = {
  'engine.status': z.strictObject({}),
  'engine.restart': z.strictObject({}),
  'container.run': runRequestSchema,
  'container.start': z.strictObject({ ids }),
  'container.stop': z.strictObject({ ids }),
  'container.restart': z.strictObject({ ids }),
  'container.kill': z.strictObject({ ids, signal: z.string().max(32) }),
  'container.remove': z.strictObject({ ids, force: z.boolean() }),
  'container.inspect': z.strictObject({ id }),
  'container.shells': z.strictObject({ id }),
  'image.remove': z.strictObject({ ids, force: z.boolean() }),
  'image.inspect': z.strictObject({ id }),
  'image.history': z.strictObject({ id }),
  'image.tag': z.strictObject({ id, reference: z.string().min(1).max(1024) }),
  'settings.read': z.strictObject({}),
  'settings.write': z.strictObject({ theme: z.enum(['system', 'light', 'dark']) }),
} as const;

/** One row per object of a bulk action; `failure` null: done. */
export interface BulkResult {
  readonly results: readonly { readonly id: string; readonly failure: IpcFailure | null }[];
}
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
}

/** Result of each request. */
export interface RequestResults {
  'engine.status': EngineStatus;
  'engine.restart': null;
  'container.run': { readonly id: string; readonly warnings: readonly string[] };
  'container.start': BulkResult;
  'container.stop': BulkResult;
  'container.restart': BulkResult;
  'container.kill': BulkResult;
  'container.remove': BulkResult;
  /** Docker's inspect object as it came. */
  'container.inspect': unknown;
  /** Shells that exist in the running container, best first; paths. */
  'container.shells': { readonly shells: readonly string[] };
  'image.remove': BulkResult;
  'image.inspect': unknown;
  'image.history': {
    readonly entries: readonly { readonly id: string; readonly created: number; readonly createdBy: string; readonly size: number; readonly comment: string }[];
  };
  'image.tag': null;
  'settings.read': Settings;
  'settings.write': Settings;
}
export type RequestName = keyof RequestResults & keyof typeof requestSchemas;
export type RequestParams<N extends RequestName> = z.infer<(typeof requestSchemas)[N]>;

/** Parameters of each stream. A stream ends when either side closes it; closing cancels the work behind it. */
export const streamSchemas = {
  'engine.status': z.strictObject({}),
  feed: z.strictObject({}),
  metrics: z.strictObject({ id: id.optional(), since: z.number().optional() }),
  logs: z.strictObject({ id, tail: z.number().int().min(0).max(100_000), follow: z.boolean() }),
  terminal: z.strictObject({
    id,
    command: z.array(z.string().max(4096)).min(1).max(100),
    user: z.string().max(256),
    workingDir: z.string().max(4096),
    ...size,
  }),
  'host-terminal': z.strictObject({ ...size }),
  'image.load': z.strictObject({ name: z.string().max(1024), size: z.number().int().min(0) }),
} as const;

export interface LogLine {
  readonly stream: 1 | 2;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Without its newline. */
  readonly text: string;
}

/** What the server sends on each stream. Binary is Uint8Array on both transports. */
export interface StreamOutputs {
  'engine.status': EngineStatus;
  feed: FeedMessage;
  metrics: MetricsMessage;
  logs: { readonly lines: readonly LogLine[] };
  terminal: Uint8Array | { readonly exitCode: number };
  'host-terminal': Uint8Array | { readonly exitCode: number };
  /** `loaded` closes it. */
  'image.load': { readonly phase: string; readonly current: number; readonly total: number } | { readonly loaded: readonly string[] };
}

/** What the renderer sends on each stream. */
export interface StreamInputs {
  'engine.status': never;
  feed: never;
  metrics: never;
  logs: never;
  terminal: Uint8Array | { readonly resize: { readonly rows: number; readonly columns: number } };
  'host-terminal': Uint8Array | { readonly resize: { readonly rows: number; readonly columns: number } };
  /** Bytes of the archive in order, then `end`. */
  'image.load': Uint8Array | { readonly end: true };
}
export type StreamName = keyof StreamOutputs & keyof typeof streamSchemas;
export type StreamParams<N extends StreamName> = z.infer<(typeof streamSchemas)[N]>;

/** Messages both ways. The receiver of `data` grants credit; a sender without credit waits. */
export type ClientMessage =
  | { readonly type: 'request'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly type: 'open'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly type: 'data'; readonly id: number; readonly value: unknown }
  | { readonly type: 'credit'; readonly id: number; readonly count: number }
  | { readonly type: 'close'; readonly id: number };
export type ServerMessage =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: IpcFailure }
  | { readonly type: 'data'; readonly id: number; readonly value: unknown }
  | { readonly type: 'credit'; readonly id: number; readonly count: number }
  | { readonly type: 'close'; readonly id: number; readonly failure: IpcFailure | null };

/** How many `data` messages a side may send before it has to wait for credit. */
export const INITIAL_CREDIT = 32;
