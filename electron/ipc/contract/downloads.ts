import { z } from 'zod';
import { id, reference } from './fields.ts';

/** An absolute path in a container or volume. */
const path = z.string().min(1).max(4096);

const paths = z.array(path).min(1).max(200);

/** Files of one object. */
export const fileDownloadSchema = z.discriminatedUnion('kind', [
  /** A file as it is, a directory as a tar. */
  z.strictObject({ kind: z.literal('container.file'), id, path }),
  /** Several files and directories as one tar. */
  z.strictObject({ kind: z.literal('container.files'), id, paths }),
  z.strictObject({ kind: z.literal('volume.file'), name: id, path }),
  z.strictObject({ kind: z.literal('volume.files'), name: id, paths }),
]);
export type FileDownload = z.infer<typeof fileDownloadSchema>;

/** What can be saved as a file of the user's. */
const downloadSchema = z.discriminatedUnion('kind', [
  fileDownloadSchema,
  z.strictObject({ kind: z.literal('container.export'), id }),
  z.strictObject({ kind: z.literal('container.log'), id }),
  z.strictObject({ kind: z.literal('volume.export'), name: id }),
  z.strictObject({ kind: z.literal('image.save'), references: z.array(reference).min(1).max(100) }),
  /** What `support.gather` has shown, as a tar. */
  z.strictObject({ kind: z.literal('support.bundle'), id }),
]);
export type DownloadRequest = z.infer<typeof downloadSchema>;

export const downloadRequestSchemas = {
  /** Fails when what it is about is not there, so that the page can say so before anything is saved. */
  'download.prepare': z.strictObject({ download: downloadSchema }),
} as const;

export interface DownloadResults {
  /** `url`: of the page's own origin, good for one GET within a minute. `name`: what the file is called. */
  'download.prepare': { readonly url: string; readonly name: string };
}
