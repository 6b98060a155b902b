/** A build as lists show it: GET /slipway/v1/builds, newest first. */
export interface BuildRow {
  readonly id: string;
  readonly status: 'running' | 'completed' | 'failed' | 'canceled';
  /** Milliseconds since the epoch; 0: not yet. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly error: string;
  /** The image's id; empty: none. */
  readonly image: string;
  readonly tags: readonly string[];
  readonly target: string;
  readonly dockerfileName: string;
  readonly contextName: string;
  readonly steps: number;
  readonly cachedSteps: number;
}

export interface BuildWarning {
  readonly rule: string;
  readonly description: string;
  readonly url: string;
  readonly detail: string;
  readonly line: number;
  readonly column: number;
}

/** One step of the graph; `inputs` are places in the list of all. */
export interface BuildVertex {
  readonly name: string;
  readonly stage: string;
  readonly inputs: readonly number[];
  readonly startedAt: number;
  readonly completedAt: number;
  readonly cached: boolean;
  /** Why it was carried out although there is a cache; empty: it was not, or nobody knows. */
  readonly miss: string;
  readonly error: string;
}

/** GET /slipway/v1/builds/{id}. */
export interface BuildView extends BuildRow {
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly warnings: readonly BuildWarning[];
  readonly vertices: readonly BuildVertex[];
}

/** One piece of output: GET /slipway/v1/builds/{id}/logs?step=n. */
export interface BuildLog {
  readonly stream: 'stdout' | 'stderr';
  readonly time: number;
  readonly text: string;
}

/** GET /slipway/v1/builds/{id}/logs/follow?step=n: one JSON object a line, what there is first; it ends with the step. */
export interface BuildLogMessage {
  readonly pieces: readonly BuildLog[];
}

/**
 * GET /slipway/v1/builds/feed: one JSON object a line. The first has every build, each later one the build that has begun, gone on or ended;
 * a gap in `seq` means: connect again.
 */
export type BuildFeedMessage =
  | { readonly seq: number; readonly snapshot: readonly BuildRow[] }
  | { readonly seq: number; readonly changes: readonly BuildRow[] };
