import { z } from 'zod';
import { EngineError, type ErrorKind } from '../../base/errors.ts';

const errorsSchema = z.looseObject({ errors: z.array(z.looseObject({ code: z.string(), message: z.string().nullish() })).min(1) });

/** An answer that is no success as an error that says what and where, with the registry's own words (distribution-spec, Error Codes). */
export function registryError(status: number, body: Uint8Array, what: string): EngineError {
  const words = wordsOf(body);
  const text = words === undefined ? `${what}: the registry answered ${status}` : `${what}: ${words.text}`;
  return new EngineError(kindOf(status), text, { details: { status, ...(words === undefined ? {} : { code: words.code, words: words.text }) } });
}

function kindOf(status: number): ErrorKind {
  if (status === 401) return 'Unauthorized';
  if (status === 403) return 'PermissionDenied';
  if (status === 404) return 'NotFound';
  if (status === 429 || status >= 500) return 'Unavailable';
  return 'InvalidArgument';
}

function wordsOf(body: Uint8Array): { readonly code: string; readonly text: string } | undefined {
  try {
    const { errors } = errorsSchema.parse(JSON.parse(Buffer.from(body).toString('utf8')));
    const [first] = errors;
    if (first === undefined) return undefined;
    const code = first.code.toLowerCase().replaceAll('_', ' ');
    return { code: first.code, text: `${code}: ${(first.message ?? code).slice(0, 500)}` };
  } catch {
    return undefined;
  }
}
