import type { Digest } from '../base/digest.ts';
import type { Operation, Tree } from './graph.ts';

type Of<Kind extends Operation['kind']> = Operation & { readonly kind: Kind };

/** A secret's bytes or an agent's socket, by id; undefined: not given. */
export interface BuildSecrets {
  secret(id: string): Uint8Array | undefined;
  /** Path of an agent's socket on the host. */
  ssh(id: string): string | undefined;
}

/** Of one build, the same for all of its steps. */
export interface StepSettings {
  /** Owner of the leases on what the build makes. A step that several builds wait for has an owner of its own here. */
  readonly buildId: string;
  readonly secrets: BuildSecrets;
  /** Rows for /etc/hosts, `name:address`. */
  readonly extraHosts: readonly string[];
  readonly networkMode: string;
  /** HostConfig fields of the request that bound each RUN: Memory, CpuShares, CpuQuota, CpusetCpus, ShmSize, Ulimits, CgroupParent … */
  readonly resources: Readonly<Record<string, unknown>>;
  /** Seconds since the epoch for what the builder itself makes; undefined: now. */
  readonly sourceDateEpoch?: number;
  readonly allowInsecure: boolean;
  /** The container of a RUN that failed stays behind, as Docker's classic builder leaves it without `forcerm`. */
  readonly keepFailed: boolean;
  /** So do those of RUNs that ended well, as it leaves them with `rm=0`. */
  readonly keepDone: boolean;
}

export interface StepContext {
  readonly settings: StepSettings;
  readonly signal: AbortSignal;
  /** Result of an input; null is the empty file system. */
  input(input: number | null): Tree;
  /** What it returns is waited for before more is taken: a slow reader makes the command wait. `data` is the reader's own. */
  log(stream: 1 | 2, data: Uint8Array): void | Promise<void>;
  /** The container that a command runs in; before its output. */
  container(id: string): void;
  progress(id: string, current: number, total?: number): void;
}

/** A step's failure with the exit code of its command, for clients that want the number. */
export interface RunFailure {
  readonly exitCode: number;
}

/**
 * Carries single operations out. New layers are published in the layer store and protected by the lease of `settings.buildId`; nothing
 * else is left after a failure or an abort. Throws EngineError; a command that failed is InvalidArgument with `details.exitCode`, in BuildKit's words
 * (`process "/bin/sh -c x" did not complete successfully: exit code: 1`).
 */
export interface Executor {
  run(operation: Of<'run'>, context: StepContext): Promise<Tree & { readonly kind: 'layers' }>;
  file(operation: Of<'file'>, context: StepContext): Promise<Tree & { readonly kind: 'layers' }>;
  /** What a file operation reads of its inputs other than `base`: part of its cache key, so that a change elsewhere does not matter. */
  fileKey(operation: Of<'file'>, context: StepContext): Promise<Digest>;
  /** The content that a bind mount shows, for the key of a run. */
  treeKey(tree: Tree, path: string, signal: AbortSignal): Promise<Digest>;
  git(operation: Of<'git'>, context: StepContext): Promise<Tree & { readonly kind: 'directory' }>;
  http(operation: Of<'http'>, context: StepContext): Promise<Tree & { readonly kind: 'directory' }>;
}
