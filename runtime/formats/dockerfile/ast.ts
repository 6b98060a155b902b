/** A place in a Dockerfile; both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface SourceRange {
  readonly start: Position;
  /** One behind the last character. */
  readonly end: Position;
}

/** `<<EOF` of an instruction with what follows it. */
export interface Heredoc {
  readonly name: string;
  readonly content: string;
  /** Of `<<-`: as it stands in the file, for a shell that takes the tabs away itself. */
  readonly written?: string;
  /** Whether variables in it are put in: its word was not quoted. */
  readonly expand: boolean;
  /** `<<-`: leading tabs are no part of `content`. */
  readonly chomp: boolean;
}

/** CMD, ENTRYPOINT, RUN and a health check's command: a JSON array or a line for the shell. */
export type CommandLine = { readonly form: 'exec'; readonly argv: readonly string[] } | { readonly form: 'shell'; readonly line: string };

export interface KeyValue {
  readonly key: string;
  /** Not expanded, quotes still in it; absent: `ARG name`. */
  readonly value?: string;
}

/** `RUN --mount=…`, checked but not expanded: `from`, `source`, `target`, `id` and so on may hold variables. */
export interface RunMountFlag {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  /** Every `key=value` of it by its canonical key (`source` for `src`, `target` for `dst` and `destination`, `readonly` for `ro`, `rw` as readonly=false). */
  readonly options: Readonly<Record<string, string>>;
}

interface Common {
  /** As it was written, continued lines joined as they are, comments gone, keyword in capitals, without here-documents' contents: what `Step n/m :` shows. */
  readonly text: string;
  readonly range: SourceRange;
}

/** Nothing in an instruction is expanded: words keep quotes and variables until the plan knows their values. */
export type Instruction =
  | (Common & { readonly kind: 'ADD'; readonly copy: CopyArguments; readonly checksum?: string; readonly keepGitDir: boolean; readonly unpack?: boolean })
  | (Common & { readonly kind: 'ARG'; readonly args: readonly KeyValue[] })
  | (Common & { readonly kind: 'CMD' | 'ENTRYPOINT'; readonly command: CommandLine })
  | (Common & { readonly kind: 'COPY'; readonly copy: CopyArguments; readonly from?: string })
  | (Common & { readonly kind: 'ENV' | 'LABEL'; readonly pairs: readonly (KeyValue & { readonly value: string })[] })
  | (Common & { readonly kind: 'EXPOSE'; readonly ports: readonly string[] })
  /** `name` as it was written. */
  | (Common & { readonly kind: 'FROM'; readonly image: string; readonly platform?: string; readonly name?: string })
  | (Common & { readonly kind: 'HEALTHCHECK'; readonly health: HealthcheckArguments })
  | (Common & { readonly kind: 'MAINTAINER'; readonly value: string })
  /** `instruction`: the text behind ONBUILD; parsed again where it is triggered. */
  | (Common & { readonly kind: 'ONBUILD'; readonly instruction: string })
  | (Common & {
      readonly kind: 'RUN';
      readonly command: CommandLine;
      readonly heredocs: readonly Heredoc[];
      readonly mounts: readonly RunMountFlag[];
      readonly network?: string;
      readonly security?: string;
    })
  | (Common & { readonly kind: 'SHELL'; readonly argv: readonly string[] })
  | (Common & { readonly kind: 'STOPSIGNAL' | 'USER' | 'WORKDIR'; readonly value: string })
  | (Common & { readonly kind: 'VOLUME'; readonly paths: readonly string[] });

/** Of ADD and COPY. */
export interface CopyArguments {
  /** Paths, patterns, URLs; a here-document stands for a file of its name. */
  readonly sources: readonly (string | Heredoc)[];
  readonly destination: string;
  readonly chown?: string;
  readonly chmod?: string;
  readonly link: boolean;
  readonly parents: boolean;
  readonly exclude: readonly string[];
}

/** Durations in nanoseconds; `none` switches the base's check off. */
export type HealthcheckArguments =
  | { readonly none: true }
  | {
      readonly none: false;
      readonly command: CommandLine;
      readonly interval?: number;
      readonly timeout?: number;
      readonly startPeriod?: number;
      readonly startInterval?: number;
      readonly retries?: number;
    };

export interface Stage {
  readonly from: Instruction & { readonly kind: 'FROM' };
  readonly index: number;
  /** In small letters, as other stages name it. */
  readonly name?: string;
  readonly instructions: readonly Instruction[];
}

/** A finding of the checks that BuildKit makes (`docker build --check`). */
export interface LintWarning {
  /** `StageNameCasing`, `FromAsCasing`, … */
  readonly rule: string;
  readonly description: string;
  readonly url: string;
  /** What exactly. */
  readonly detail: string;
  readonly range: SourceRange;
}

/** `# check=skip=A,B;error=true`, or the build argument BUILDKIT_DOCKERFILE_CHECK. */
export interface LintSettings {
  /** Rules that are not looked at. */
  readonly skip: 'all' | ReadonlySet<string>;
  /** Rules that are looked at though they are off otherwise. */
  readonly experimental: 'all' | ReadonlySet<string>;
  /** Whether a finding ends the build. */
  readonly isError: boolean;
}

export interface Dockerfile {
  readonly escape: '\\' | '`';
  readonly syntax?: string;
  /** ARG before the first FROM. */
  readonly globalArgs: readonly (Instruction & { readonly kind: 'ARG' })[];
  readonly stages: readonly Stage[];
  readonly checks: LintSettings;
  /** What can be said of the text alone; the rest is found while the build is planned. */
  readonly warnings: readonly LintWarning[];
  /** The whole text, for pictures of errors. */
  readonly text: string;
}
