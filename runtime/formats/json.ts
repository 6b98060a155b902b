import type { z } from 'zod';
import { EngineError } from '../base/errors.ts';

/** No manifest, index or config is larger. */
export const JSON_LIMIT = 4 * 1024 * 1024;
/** What walks a document later does so by calling itself. */
const DEPTH = 200;

/** Parses and checks JSON from outside. Throws InvalidArgument naming `what` and the field, TooLarge past JSON_LIMIT. */
export function parseJson<T extends z.ZodType>(bytes: Uint8Array, schema: T, what: string): z.infer<T> {
  if (bytes.byteLength > JSON_LIMIT) throw new EngineError('TooLarge', `${what}: more than ${JSON_LIMIT} bytes`);
  if (isDeeper(bytes)) throw new EngineError('InvalidArgument', `${what}: nested more than ${DEPTH} deep`);
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

/** Counts brackets outside of strings; whether they are JSON is seen later. */
function isDeeper(bytes: Uint8Array): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (isText && byte === BACKSLASH) at++;
    else if (byte === QUOTE) isText = !isText;
    else if (isText) continue;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      if (++depth > DEPTH) return true;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];
