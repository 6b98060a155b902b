import type { Digest } from '../../base/digest.ts';

export interface BlobInfo {
  readonly digest: Digest;
  readonly size: number;
}

/**
 * Immutable bytes by digest. A nil error of `write` means "the content is stored at its digest", without implying
 * "because of this call". A blob appears atomically: it is written beside, verified, then renamed.
 */
export interface ContentStore {
  /**
   * Streams bytes in while hashing. InvalidArgument when `expected` digest or size does not match, TooLarge past
   * `limit`; nothing is left then, nor after an abort. Idempotent.
   */
  write(
    bytes: AsyncIterable<Uint8Array>,
    options: { readonly signal?: AbortSignal; readonly digest?: Digest; readonly size?: number; readonly limit?: number },
  ): Promise<BlobInfo>;
  /** NotFound when absent. */
  stat(digest: Digest): BlobInfo;
  has(digest: Digest): boolean;
  /** Whole blob; TooLarge when it has more than `limit` bytes. */
  readAll(digest: Digest, limit: number): Uint8Array;
  read(digest: Digest): AsyncIterable<Uint8Array>;
  list(): readonly BlobInfo[];
  /** Idempotent. */
  remove(digest: Digest): void;
}
