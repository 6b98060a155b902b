import type { Release, UpdateChannel, UpdateFailureKind } from '../ipc/contract/updates.ts';

/** A failure of which is known what it means. */
export class UpdateError extends Error {
  readonly kind: UpdateFailureKind;
  constructor(kind: UpdateFailureKind, message: string) {
    super(message);
    this.name = 'UpdateError';
    this.kind = kind;
  }
}

export interface DownloadProgress {
  readonly received: number;
  /** 0: unknown. */
  readonly total: number;
  /** Bytes a second. */
  readonly rate: number;
}

/** What finds, fetches and installs releases. */
export interface ReleaseSource {
  /** The newest release of the channel; null: it is not newer than this app. @throws UpdateError */
  check(channel: UpdateChannel): Promise<Release | null>;
  /** Fetches what the last check found; settles when it is whole and its digest is right. @throws UpdateError; whatever, once `signal` is aborted */
  download(onProgress: (progress: DownloadProgress) => void, signal: AbortSignal): Promise<void>;
  /** Puts what was fetched in the place of this app, ends it and begins the other. @throws UpdateError when it did not; this app is then whole */
  install(): Promise<void>;
}
