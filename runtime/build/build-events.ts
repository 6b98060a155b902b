import type { Digest } from '../base/digest.ts';
import type { LintWarning } from '../formats/dockerfile/ast.ts';
import type { TransferProgress } from '../image/image-service.ts';

/** Why a step ran although there is a cache. */
export type CacheMiss = 'disabled' | 'instruction changed' | 'files changed' | 'base changed' | 'first time' | 'pruned' | 'not cacheable';

/** One instruction of the Dockerfile, of a stage that is built, in the order of the file. */
export interface BuildStep {
  /** As `Instruction.text`. */
  readonly text: string;
  readonly stage: string;
  /** The vertex that carries it out; null: it changes the configuration alone, or is the beginning of another stage. */
  readonly vertex: number | null;
  /** Of FROM: the image it names. */
  readonly image?: Digest;
}

/**
 * What a build tells while it goes on; knows of no client's format. Times are nanoseconds since the epoch; `vertex` is a place in the
 * graph of the one `graph` event that comes before all events of vertices.
 */
export type BuildEvent =
  /** Comes before `graph`. */
  | { readonly type: 'steps'; readonly steps: readonly BuildStep[] }
  | { readonly type: 'graph'; readonly vertices: readonly { readonly name: string; readonly stage: string; readonly inputs: readonly number[] }[] }
  /** An image that the build stands on is brought from a registry or a layout; comes before `graph`. */
  | { readonly type: 'pull'; readonly reference: string; readonly progress: TransferProgress }
  /** Files of the build that the engine itself fetches; comes before `graph`. */
  | { readonly type: 'context'; readonly progress: TransferProgress }
  | { readonly type: 'warning'; readonly warning: LintWarning }
  | { readonly type: 'started'; readonly vertex: number; readonly time: bigint }
  /** The container of a command, which is gone with it unless it is kept; comes before its output. */
  | { readonly type: 'container'; readonly vertex: number; readonly id: string }
  | { readonly type: 'log'; readonly vertex: number; readonly stream: 1 | 2; readonly time: bigint; readonly data: Uint8Array }
  /** Bytes of a download, a transfer or an image's layer. */
  | { readonly type: 'progress'; readonly vertex: number; readonly id: string; readonly current: number; readonly total?: number }
  | {
      readonly type: 'completed';
      readonly vertex: number;
      readonly time: bigint;
      /** Its result came out of the cache. */
      readonly cached: boolean;
      readonly miss?: CacheMiss;
      readonly layers: readonly Digest[];
      readonly error?: string;
    };
