import type { Digest } from '../base/digest.ts';
import type { SourceRange } from '../formats/dockerfile/ast.ts';

/** A vertex by its place in the graph; null: the empty file system (`FROM scratch`). */
export type Input = number | null;

/** `os/architecture[/variant]`, as Docker writes it. */
export type PlatformText = string;

/** What a vertex results in. */
export type Tree =
  /** A root file system: unpacked layers of the layer store, base first. */
  | { readonly kind: 'layers'; readonly layers: readonly Digest[] }
  /** Files of the builder's own: the client's context, a clone, a download. Kept by who made it while the build runs. `digest` names the content. */
  | { readonly kind: 'directory'; readonly path: string; readonly digest: Digest };

/** Where files are taken from: a vertex and a path inside it. */
export interface FileSource {
  readonly input: Input;
  /** Relative to the input's root, expanded; wildcards of Go's filepath.Match, `**` in `exclude` only. */
  readonly path: string;
  /** Archives are unpacked (ADD of a file from the context). */
  readonly unpack: boolean;
  /** With wildcards: what matches nothing is no error. */
  readonly allowEmpty: boolean;
}

export type FileAction =
  | {
      readonly kind: 'copy';
      readonly sources: readonly (FileSource | InlineFile)[];
      /** Absolute, WORKDIR applied; a slash at its end: a directory. */
      readonly destination: string;
      /** `uid:gid`, names of the base's /etc/passwd and /etc/group, or absent: 0:0. */
      readonly chown?: string;
      /** Octal or symbolic. */
      readonly chmod?: string;
      readonly parents: boolean;
      readonly exclude: readonly string[];
      /** `--link`: for a layer that will stand above others. */
      readonly isLinked?: boolean;
    }
  /** WORKDIR: made with its parents where it is missing. */
  | { readonly kind: 'mkdir'; readonly path: string; readonly chown?: string };

/** A here-document of COPY or ADD. */
export interface InlineFile {
  readonly inline: string;
  readonly name: string;
}

export interface RunMount {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  readonly target: string;
  /** bind and cache: the tree it comes from (cache: its first content); absent: nothing. */
  readonly from?: Input;
  /** bind, cache: a path in `from`. */
  readonly source?: string;
  readonly readonly: boolean;
  /** cache: its name, the target by default; secret: its name; ssh: the agent's name. */
  readonly id?: string;
  readonly sharing?: 'shared' | 'private' | 'locked';
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** secret, ssh: the step fails when it is not given. */
  readonly required?: boolean;
  /** secret: also, or only, as this variable of the environment. */
  readonly env?: string;
  /** tmpfs, bytes. */
  readonly size?: number;
}

export type Operation =
  /** An image that is here; `layers` of its configuration. The planner has resolved and, where needed, pulled it. */
  | { readonly kind: 'image'; readonly reference: string; readonly id: Digest; readonly layers: readonly Digest[] }
  /** Files of the client: the main context by the name `context`, or a named one. */
  | { readonly kind: 'context'; readonly name: string }
  | {
      readonly kind: 'git';
      readonly url: string;
      readonly ref: string;
      readonly subdirectory: string;
      readonly keepGitDir: boolean;
      readonly checksum?: string;
    }
  /** One file in the root of the result, by `fileName`, mode 0600. */
  | { readonly kind: 'http'; readonly url: string; readonly checksum?: string; readonly fileName: string }
  | {
      readonly kind: 'run';
      readonly root: Input;
      readonly argv: readonly string[];
      /** `KEY=value`, sorted as the Dockerfile sets them; build arguments are in it. */
      readonly env: readonly string[];
      /** Those of `env` that are no part of the cache's key: the predefined proxies. */
      readonly uncachedEnv: readonly string[];
      readonly cwd: string;
      readonly user: string;
      readonly mounts: readonly RunMount[];
      readonly network: 'default' | 'none' | 'host';
      readonly security: 'sandbox' | 'insecure';
      /** A file for /dev/pipes of here-documents is not needed: they are in argv. */
      readonly stdin?: string;
    }
  /** Actions above `base`, one layer in all. */
  | { readonly kind: 'file'; readonly base: Input; readonly actions: readonly FileAction[] }
  /** Layers of `upper`, which stands on nothing, put above `base` (COPY --link). */
  | { readonly kind: 'merge'; readonly base: Input; readonly upper: Input };

export interface Vertex {
  readonly operation: Operation;
  /** As BuildKit shows it: `[builder 2/5] RUN make`, `[internal] load build context`. */
  readonly name: string;
  /** The stage's name or number; empty for what belongs to none. */
  readonly stage: string;
  readonly range?: SourceRange;
  readonly platform: PlatformText;
  /** --no-cache, or the stage is in --no-cache-filter. */
  readonly ignoreCache: boolean;
}

/** Inputs come before what needs them; nothing in it is unused. */
export interface BuildGraph {
  readonly vertices: readonly Vertex[];
}

/** Every vertex an operation reads, each once, without nulls. */
export function inputsOf(operation: Operation): readonly number[] {
  const inputs = inputsIn(operation).filter((input) => input !== null && input !== undefined);
  return [...new Set(inputs)];
}

function inputsIn(operation: Operation): readonly (Input | undefined)[] {
  switch (operation.kind) {
    case 'run':
      return [operation.root, ...operation.mounts.map(({ from }) => from)];
    case 'file':
      return [
        operation.base,
        ...operation.actions.flatMap((action) => (action.kind === 'copy' ? action.sources.flatMap((source) => ('input' in source ? [source.input] : [])) : [])),
      ];
    case 'merge':
      return [operation.base, operation.upper];
    default:
      return [];
  }
}
