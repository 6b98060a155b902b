import { z } from 'zod';
import { fileDownloadSchema } from './downloads.ts';
import { id } from './fields.ts';

/** Files that leave the app's window under the pointer. A browser's page gives an address of `download.prepare` instead. */
export const dragRequestSchemas = {
  /** Hands what `drag.fetch` has fetched to the system, whose drag it is from now on: while the pointer is held down only. */
  'drag.start': z.strictObject({ id }),
} as const;

export interface DragResults {
  'drag.start': null;
}

export const dragStreamSchemas = {
  /** Fetches into temporary files, several one by one where a download would be one tar. Closing it before its end gives that up. */
  'drag.fetch': z.strictObject({ download: fileDownloadSchema }),
} as const;

export interface DragOutputs {
  /** Bytes, `size` null where nobody knows; from time to time. Then the id, once, which is good for ten minutes at most. */
  'drag.fetch': { readonly written: number; readonly size: number | null } | { readonly id: string };
}

export interface DragInputs {
  'drag.fetch': never;
}
