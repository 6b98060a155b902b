import { z } from 'zod';

export const hostRequestSchemas = {
  'host.port': z.strictObject({ port: z.number().int().min(1).max(65_535), protocol: z.enum(['tcp', 'udp']), address: z.string().max(64) }),
} as const;

export interface HostResults {
  /** Whether a program could listen there now; null: it cannot be told without more rights. */
  'host.port': { readonly free: boolean | null };
}
