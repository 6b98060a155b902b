import type { Digest } from '../../base/digest.ts';

/** An image that has arrived, with the names it was given as Docker prints them. */
export interface LoadedImage {
  readonly id: Digest;
  readonly names: readonly string[];
}
