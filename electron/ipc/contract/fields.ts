import { z } from 'zod';

/** Parameters that many requests share. */
export const id = z.string().min(1).max(256);
/** An image by name or id. */
export const reference = z.string().min(1).max(1024);
export const ids = z.array(id).min(1).max(1000);
export const size = { rows: z.number().int().min(1).max(1000), columns: z.number().int().min(1).max(1000) };

/** Any failure as it crosses to the renderer; `status` is the engine's HTTP status or 0. */
export interface IpcFailure {
  readonly message: string;
  readonly status: number;
}

/** One row per object of a bulk action; `failure` null: done. */
export interface BulkResult {
  readonly results: readonly { readonly id: string; readonly failure: IpcFailure | null }[];
}
