import { z } from 'zod';
import { type Digest, hexOf } from '../../base/digest.ts';

/** image-spec image-layout.md. */
export const LAYOUT_FILE = 'oci-layout';
export const INDEX_FILE = 'index.json';

export const layoutSchema = z.looseObject({ imageLayoutVersion: z.literal('1.0.0') });

/** Where a blob lies in a layout. */
export function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** The name an image in a layout's index goes by: containerd's annotation is a full reference, the specification's often a bare tag. */
export function referenceNames(annotations: Readonly<Record<string, string>> | null | undefined): { readonly full?: string; readonly short?: string } {
  const full = annotations?.['io.containerd.image.name'];
  const short = annotations?.['org.opencontainers.image.ref.name'];
  return { ...(full === undefined ? {} : { full }), ...(short === undefined ? {} : { short }) };
}
