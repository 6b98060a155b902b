import type { z } from 'zod';
import { EngineError } from '../base/errors.ts';

/** No manifest, index or config is larger. */
export const JSON_LIMIT = 4 * 1024 * 1024;

/** Parses and checks JSON from outside. Throws InvalidArgument naming `what` and the field, TooLarge past JSON_LIMIT. */
export function parseJson<T extends z.ZodType>(bytes: Uint8Array, schema: T, what: string): z.infer<T> {
  if (bytes.byteLength > JSON_LIMIT) throw new EngineError('TooLarge', `${what}: more than ${JSON_LIMIT} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new EngineError('InvalidArgument', `${what}: not valid JSON`, { cause });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  const field = issue?.path.map(String).join('.') ?? '';
  throw new EngineError('InvalidArgument', `${what}: ${field === '' ? '' : `${field}: `}${issue?.message ?? 'invalid'}`, { details: { field } });
}
