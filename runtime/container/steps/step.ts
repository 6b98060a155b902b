import type { Digest } from '../../base/digest.ts';
import type { HostConfig } from '../../formats/docker/container-config.ts';

/** What a step of a build has mounted. Sources are the engine's own places, resolved by who asks; targets are resolved in the container. */
export type StepMount = { readonly target: string } & (
  | {
      readonly kind: 'bind';
      readonly source: string;
      /** A path below the source, which must not lead out of it. */
      readonly beneath?: string;
      readonly readonly: boolean;
      /** A file whose changes are thrown away: a copy of it is mounted. */
      readonly isCopy?: boolean;
    }
  /** Directories that show through each other, top first. `scratch`: changes are thrown away at the end. */
  | { readonly kind: 'overlay'; readonly lower: readonly string[]; readonly writes: 'none' | 'scratch' | { readonly upper: string; readonly work: string } }
  /** `size` in bytes. */
  | { readonly kind: 'tmpfs'; readonly size?: number }
  /** A file in memory alone. */
  | { readonly kind: 'content'; readonly content: Uint8Array; readonly mode: number; readonly uid: number; readonly gid: number }
);

/** One command of a build, run above layers instead of an image. */
export interface StepRequest {
  /** Base first; all of them are in the store, and stay while it runs. */
  readonly layers: readonly Digest[];
  readonly argv: readonly string[];
  readonly env: readonly string[];
  /** More of the environment, which nobody can ask for. */
  readonly secretEnv: readonly string[];
  readonly cwd: string;
  readonly user: string;
  readonly hostConfig: HostConfig;
  readonly mounts: readonly StepMount[];
}

/** A command that has ended. Disposing of it removes its container, unless that is kept. */
export interface StepEnd extends AsyncDisposable {
  readonly containerId: string;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** The disk has no more room, which the command may have used up. Disposing then waits until its files are deleted. */
  readonly isDiskFull: boolean;
  /**
   * Hands over what it has changed: `use` gets the writable directory, which nobody uses any more and which it may move away, the layers below,
   * top first, and the places that every start makes.
   */
  take<T>(use: (files: { readonly upper: string; readonly lower: readonly string[]; readonly omitted: readonly string[] }) => Promise<T>): Promise<T>;
  /** The container stays as a stopped one; `layers`: once its files have been taken, above the layers that have them. */
  keep(layers?: readonly Digest[]): Promise<void>;
}

export interface StepContainers {
  /**
   * Runs a command to its end, as a container that lists show like any other but that no engine takes over: one that dies in the middle
   * leaves nothing behind for the next. Output comes in order, and what is not taken makes the command wait. Rejects in Docker's words with
   * `details.exitCode` when it could not be started, and with the signal's reason; no container is left then.
   */
  run(
    request: StepRequest,
    options: {
      readonly signal: AbortSignal;
      readonly onContainer: (id: string) => void;
      readonly onOutput: (stream: 1 | 2, data: Uint8Array) => void | Promise<void>;
    },
  ): Promise<StepEnd>;
}
