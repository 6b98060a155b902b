import type { Digest } from '../../base/digest.ts';
import type { BuildEvent } from '../build-events.ts';
import type { BuildRecord, BuildService } from '../build-service.ts';

export interface BuildBeginning {
  /** A plain file name, of no other build. */
  readonly id: string;
  readonly tags: readonly string[];
  readonly target: string;
  readonly dockerfileName: string;
  readonly contextName: string;
  /** Values of secrets are no build arguments and never come here. */
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** One build while it runs. */
export interface RunningBuild {
  /** When the Dockerfile has been read. */
  describe(found: { readonly dockerfile: string }): void;
  /** After the end nothing counts. */
  onEvent(event: BuildEvent): void;
  /** Only the first call counts. */
  end(outcome: { readonly status: 'completed'; readonly image: Digest | null } | { readonly status: 'failed' | 'canceled'; readonly error: string }): void;
}

/** Builds that were begun, the newest hundred, kept across restarts. Methods of the same name are those of BuildService. */
export interface BuildHistory {
  begin(beginning: BuildBeginning): RunningBuild;
  list(): readonly BuildRecord[];
  readonly details: BuildService['details'];
  readonly logs: BuildService['logs'];
  readonly followLogs: BuildService['followLogs'];
  readonly forget: BuildService['forget'];
  readonly onChange: BuildService['onChange'];
}
