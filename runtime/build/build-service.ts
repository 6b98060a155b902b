import type { Digest } from '../base/digest.ts';
import type { LintWarning } from '../formats/dockerfile/ast.ts';
import type { Credentials } from '../image/registry/credentials.ts';
import type { BuildEvent } from './build-events.ts';
import type { BuildSecrets } from './executor.ts';

/** Files a build may read. */
export type ContextSource =
  /** A tar, plain or packed by gzip, zstd, bzip2 or xz as far as those are known; it is unpacked beneath a directory of the build's own. */
  | { readonly kind: 'tar'; readonly archive: AsyncIterable<Uint8Array> }
  /** A repository, a tar or a lone Dockerfile at an address (`remote=`). */
  | { readonly kind: 'remote'; readonly url: string }
  /** A directory of the host, for clients that may; read where it is and never written to. */
  | { readonly kind: 'directory'; readonly path: string };

export interface BuildRequest {
  /** What the client calls it: a plain name, of no other build. Without: one of the engine's. */
  readonly id?: string;
  readonly context: ContextSource;
  /**
   * `--build-context name=…`: `docker-image://ref`, a repository or a URL; `oci-layout://DIR[:TAG][@DIGEST]` for a directory that was sent ahead, which
   * is an image then. They go before images and stages of their name; so does what was sent ahead.
   */
  readonly namedContexts: Readonly<Record<string, string>>;
  /** In the context; `text` instead of a file where the client sends it apart. */
  readonly dockerfile: { readonly path: string } | { readonly text: string };
  readonly target: string;
  /** null: the variable of the same name is asked for but has no value. */
  readonly buildArgs: Readonly<Record<string, string | null>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Empty: this machine's. */
  readonly platform: string;
  readonly noCache: boolean;
  /** `--no-cache-filter`. */
  readonly noCacheStages: readonly string[];
  readonly cacheFrom: readonly string[];
  /** Bases are pulled even if they are here. */
  readonly pull: boolean;
  readonly networkMode: string;
  readonly extraHosts: readonly string[];
  readonly resources: Readonly<Record<string, unknown>>;
  readonly secrets: BuildSecrets;
  readonly credentials: (host: string) => Credentials | undefined;
  readonly allowInsecure: boolean;
  /** The container of a RUN that failed stays behind, as Docker's classic builder leaves it without `forcerm`. */
  readonly keepFailed: boolean;
  /** So do those of RUNs that ended well, as it leaves them with `rm=0`. */
  readonly keepDone: boolean;
  /** Only the checks: nothing is built. */
  readonly checkOnly: boolean;
}

export interface BuiltImage {
  /** null for `checkOnly`. */
  readonly id: Digest | null;
  readonly names: readonly string[];
  readonly warnings: readonly LintWarning[];
}

/** One unit of the cache that can be pruned alone. */
export interface CacheRecord {
  readonly id: string;
  readonly parents: readonly string[];
  readonly type: 'regular' | 'source.local' | 'source.git.checkout' | 'exec.cachemount' | 'frontend' | 'internal';
  readonly description: string;
  readonly inUse: boolean;
  /** Layers an image has too: removing the record frees nothing. */
  readonly shared: boolean;
  readonly size: number;
  /** Nanoseconds since the epoch. */
  readonly createdAt: bigint;
  readonly lastUsedAt: bigint | null;
  readonly usageCount: number;
}

export interface CachePruneOptions {
  readonly all: boolean;
  /**
   * id, parent, type, description, inuse, shared, private, each with `!` at its end for the opposite; until: a duration (`24h`) for which a
   * record was not used, or the moment (RFC 3339 or seconds since the epoch) before which it was used last. InvalidArgument for others.
   */
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** Bytes that may stay; the oldest go first. */
  readonly keepStorage?: number;
}

/** A build that was begun, newest first in lists. */
export interface BuildRecord {
  readonly id: string;
  readonly status: 'running' | 'completed' | 'failed' | 'canceled';
  readonly startedAt: bigint;
  readonly finishedAt: bigint | null;
  readonly error: string;
  readonly image: Digest | null;
  readonly tags: readonly string[];
  readonly target: string;
  readonly dockerfileName: string;
  readonly contextName: string;
  readonly steps: number;
  readonly cachedSteps: number;
}

/** All of one build: what the app's build view shows. */
export interface BuildDetails extends BuildRecord {
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly warnings: readonly LintWarning[];
  readonly vertices: readonly {
    readonly name: string;
    readonly stage: string;
    readonly inputs: readonly number[];
    readonly startedAt: bigint | null;
    readonly completedAt: bigint | null;
    readonly cached: boolean;
    readonly miss: string;
    readonly error: string;
  }[];
}

export interface BuildService extends AsyncDisposable {
  /**
   * Builds and tags. Errors of the Dockerfile are InvalidArgument with its name, line, column and a hint; nothing half-made is left
   * after a failure or an abort, but the cache of steps that ended well. Conflict for an id that another build has.
   */
  build(request: BuildRequest, options: { readonly signal: AbortSignal; readonly onEvent: (event: BuildEvent) => void | Promise<void> }): Promise<BuiltImage>;
  /**
   * Takes a tar for the build that will have the id `build`, as its context `name`; it goes with that build, or after ten minutes without it.
   * Throws InvalidArgument for the name and a malformed archive, Conflict while that build runs or too many contexts wait.
   */
  sendContext(build: string, name: string, archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /**
   * Ends a build whoever asked for it, who is told Canceled; settles when it has ended, which may be well when it was nearly done.
   * Steps that other builds need as well go on. NotFound for one that is not known, Conflict for one that has ended.
   */
  cancel(id: string): Promise<void>;
  /** Sizes of cache mounts are measured for it. */
  cache(): Promise<readonly CacheRecord[]>;
  prune(options: CachePruneOptions): Promise<{ readonly deleted: readonly string[]; readonly reclaimed: number }>;
  /** The newest hundred. */
  history(): readonly BuildRecord[];
  /** NotFound for a build that is not known. */
  details(id: string): BuildDetails;
  /** The output of one step, oldest first, at most 2 MiB of it. */
  logs(id: string, vertex: number): readonly { readonly stream: 1 | 2; readonly time: bigint; readonly data: Uint8Array }[];
  /** The same, and then what comes, until the step is over or the signal is aborted. NotFound for a build that is not known. */
  followLogs(id: string, vertex: number, signal: AbortSignal): AsyncIterable<ReturnType<BuildService['logs']>>;
  /** Of a build that has ended. */
  forget(id: string): void;
  /** Told of each build that begins, goes on or ends. */
  onChange(listener: (record: BuildRecord) => void): Disposable;
}
