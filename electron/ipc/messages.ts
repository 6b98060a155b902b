import { z } from 'zod';
import { tookSchema } from './contract/app-commands.ts';
import type { StreamName } from './contract.ts';

/** What a page may send, as schemas. A page is not trusted: a message that does not parse ends its connection. */

/** Largest piece of binary in one message, in bytes. */
export const MAX_CHUNK = 1024 * 1024;

const id = z.number().int().min(1).max(0xffff_ffff);
const name = z.string().max(64);

export const clientMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('request'), id, name, params: z.unknown() }),
  z.strictObject({ type: z.literal('open'), id, name, params: z.unknown() }),
  z.strictObject({ type: z.literal('data'), id, value: z.unknown() }),
  z.strictObject({ type: z.literal('credit'), id, count: z.number().int().min(1).max(1_000_000) }),
  z.strictObject({ type: z.literal('close'), id }),
]);

const bytes = z.instanceof(Uint8Array).refine((chunk) => chunk.byteLength <= MAX_CHUNK, `longer than ${MAX_CHUNK} bytes`);
const side = z.number().int().min(1).max(1000);
const terminalInput = z.union([bytes, z.strictObject({ resize: z.strictObject({ rows: side, columns: side }) })]);

const upload = z.union([bytes, z.strictObject({ end: z.literal(true) })]);

/** What each stream takes after it was opened. */
export const streamInputSchemas = {
  'engine.status': z.never(),
  feed: z.never(),
  metrics: z.never(),
  'logs.find': z.never(),
  'logs.follow': z.never(),
  terminals: z.never(),
  terminal: terminalInput,
  'image.load': upload,
  'drag.fetch': z.never(),
  'file.read': z.never(),
  'file.write': upload,
  'volume.import': upload,
  tasks: z.never(),
  builds: z.never(),
  'build.log': z.never(),
  notices: z.never(),
  'image.remote': z.never(),
  'app.commands': tookSchema,
  update: z.never(),
} as const satisfies Record<StreamName, z.ZodType>;
