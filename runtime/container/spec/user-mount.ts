export type Propagation = 'private' | 'rprivate' | 'shared' | 'rshared' | 'slave' | 'rslave';

export interface BindMount {
  readonly type: 'bind';
  readonly source: string;
  readonly target: string;
  /** `top`: the mounts below the source stay as they are. */
  readonly readonly: false | 'all' | 'top';
  readonly recursive: boolean;
  readonly propagation: Propagation;
  /** Make a missing source as a directory (Binds) instead of failing (Mounts). */
  readonly createSource: boolean;
}

export interface VolumeMount {
  readonly type: 'volume';
  /** Empty: a new volume without a name. */
  readonly name: string;
  readonly target: string;
  readonly readonly: boolean;
  /** Leave a new volume empty instead of filling it with what the image has at the target. */
  readonly nocopy: boolean;
  /** Relative path inside the volume; empty: all of it. */
  readonly subpath: string;
  /** For a volume that has to be made; empty: the default one. */
  readonly driver: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface TmpfsMount {
  readonly type: 'tmpfs';
  readonly target: string;
  readonly options: readonly string[];
}

/** A mount that the user asked for, in one form whichever of Binds, Mounts and Tmpfs it came from. */
export type UserMount = BindMount | VolumeMount | TmpfsMount;
