import type { Digest } from '../../base/digest.ts';
import type { ArchiveMember } from './archive-index.ts';

/** An image that an archive says it has; nothing of it is verified but the digests of the documents read. */
export interface PlannedImage {
  /** The config as it came. */
  readonly config: Buffer;
  /** Base first. */
  readonly layers: readonly PlannedLayer[];
  /** Full references. */
  readonly tags: readonly string[];
}

export interface PlannedLayer {
  readonly member: ArchiveMember;
  /** Digest of the member's bytes, where the archive says it. */
  readonly blobDigest?: Digest;
}

/** The archive as the formats' readers need it. */
export interface ArchiveContents {
  find(path: string): ArchiveMember | undefined;
  /** Throws TooLarge past the limit for JSON documents. */
  read(member: ArchiveMember): Promise<Buffer>;
}
