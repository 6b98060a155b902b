import type { CacheRecord } from '../build-service.ts';

/** Units of the cache that are no steps: directories of `RUN --mount=type=cache`, and downloads. */
export interface CacheMounts {
  /** Those of steps have the type `exec.cachemount`. */
  list(): Promise<readonly CacheRecord[]>;
  /** Idempotent. Conflict while a build uses it. */
  remove(id: string): Promise<void>;
}
