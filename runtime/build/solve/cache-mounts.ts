import type { CacheRecord } from '../build-service.ts';

/** Directories of `RUN --mount=type=cache`, which are units of the cache as well. */
export interface CacheMounts {
  /** Of type `exec.cachemount`. */
  list(): Promise<readonly CacheRecord[]>;
  /** Idempotent. Conflict while a step uses it. */
  remove(id: string): Promise<void>;
}
