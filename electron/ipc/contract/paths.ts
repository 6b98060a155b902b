import { z } from 'zod';

/** Absolute, on the machine of the shell. */
export const hostPath = z.string().min(1).max(4096);

export const pathRequestSchemas = {
  /** Names that complete a path which is being typed; for browser mode, which has no chooser of the system. Directories end with a slash. */
  'path.complete': z.strictObject({ path: z.string().max(4096), files: z.boolean() }),
  /** The system's own chooser; 501 in browser mode. */
  'path.choose': z.strictObject({ kind: z.enum(['directory', 'file']), title: z.string().max(200), start: z.string().max(4096) }),
} as const;

export interface PathResults {
  'path.complete': { readonly paths: readonly string[] };
  /** Null: nothing was chosen. */
  'path.choose': { readonly path: string | null };
}
