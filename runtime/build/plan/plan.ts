import type { Digest } from '../../base/digest.ts';
import type { LintWarning } from '../../formats/dockerfile/ast.ts';
import type { ImageConfig } from '../../formats/oci/config.ts';
import type { Platform } from '../../formats/platform.ts';
import type { BuildStep } from '../build-events.ts';
import type { BuildRequest } from '../build-service.ts';
import type { BuildGraph, Input } from '../graph.ts';

export type RunConfig = NonNullable<ImageConfig['config']>;
export type HistoryEntry = NonNullable<ImageConfig['history']>[number];

/** An image that is here now. */
export interface ResolvedBase {
  readonly id: Digest;
  readonly config: ImageConfig;
  readonly layers: readonly Digest[];
}

/** Finds images for a build, from a registry where they are not here. */
export interface BaseResolver {
  /**
   * NotFound for what is nowhere, in BuildKit's words: `REF: failed to resolve source metadata for FULL: …`. The image is protected until the
   * build ends.
   */
  resolve(reference: string, platform: Platform): Promise<ResolvedBase>;
}

/** What of a request the plan depends on. */
export type PlanRequest = Pick<
  BuildRequest,
  'target' | 'buildArgs' | 'labels' | 'namedContexts' | 'platform' | 'noCache' | 'noCacheStages' | 'networkMode' | 'allowInsecure'
> & {
  /** For messages. */
  readonly dockerfileName: string;
};

/** One instruction in an image's history. */
export interface PlannedHistory {
  readonly createdBy: string;
  /** What makes its files; null: it has none. */
  readonly vertex: number | null;
}

/** The image but for its layers and times. */
export interface PlannedImage {
  readonly platform: Platform;
  readonly config: RunConfig;
  readonly author?: string;
  /** Of the image it stands on, which has `baseLayers` layers. */
  readonly baseHistory: readonly HistoryEntry[];
  readonly baseLayers: number;
  readonly history: readonly PlannedHistory[];
}

export interface Plan {
  readonly graph: BuildGraph;
  readonly result: Input;
  readonly image: PlannedImage;
  readonly steps: readonly BuildStep[];
  /** What the Dockerfile's text alone did not show. */
  readonly warnings: readonly LintWarning[];
  /** Seconds; from the build argument of that name. */
  readonly sourceDateEpoch?: number;
}
