import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';
import { JSON_LIMIT, parseJson } from '../../formats/json.ts';
import { readBounded } from './bounded.ts';
import type { Credentials } from './credentials.ts';
import type { RegistrySettings } from './endpoint.ts';
import { withSession } from './open-session.ts';

/** An image that a registry has found. */
export interface FoundImage {
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly isOfficial: boolean;
}

/** Docker's own registry has its search at a host apart. */
const HUB_INDEX = 'index.docker.io';
const OFFICIAL = 'library/';

const resultsSchema = z.looseObject({
  results: z
    .array(
      z.looseObject({
        name: z.string().max(1024),
        description: z.string().nullish(),
        star_count: z.number().nullish(),
        is_official: z.boolean().nullish(),
      }),
    )
    .max(1000)
    .nullish(),
});

/**
 * Asks a registry for images by a word, as Docker does (version 1 of its API, GET /v1/search). `term` may begin with a registry's host.
 * Throws InvalidArgument for a term that is none, NotFound for a registry without a search, Unavailable.
 */
export async function searchRegistry(
  settings: RegistrySettings,
  term: string,
  { limit, credentials = {}, signal }: { readonly limit: number; readonly credentials?: Credentials; readonly signal: AbortSignal },
): Promise<FoundImage[]> {
  const { host, word } = splitTerm(term);
  // Mirrors copy images, not the search.
  return await withSession(
    host,
    { ...settings, mirrors: [] },
    credentials,
    async (session) => {
      const { body } = await session.send({
        method: 'GET',
        path: `/v1/search?${String(new URLSearchParams({ q: word, n: String(limit) }))}`,
        scope: '',
        expected: [200],
        signal,
      });
      const { results } = parseJson(await readBounded(body, JSON_LIMIT, `search of ${host}`), resultsSchema, `search of ${host}`);
      return (results ?? []).slice(0, limit).map((found) => ({
        name: found.name,
        description: found.description ?? '',
        stars: found.star_count ?? 0,
        isOfficial: found.is_official ?? false,
      }));
    },
    signal,
  );
}

/** Docker's reading: what stands before the first slash is a host when it looks like one. */
function splitTerm(term: string): { readonly host: string; readonly word: string } {
  if (term.includes('://'))
    throw new EngineError('InvalidArgument', `invalid repository name: repository name (${term.slice(0, 200)}) should not have a scheme`);
  const slash = term.indexOf('/');
  const first = slash < 0 ? '' : term.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost';
  const isHub = !hasHost || first === 'docker.io' || first === HUB_INDEX;
  const word = hasHost ? term.slice(slash + 1) : term;
  if (!isHub && !URL.canParse(`https://${first}`)) throw new EngineError('InvalidArgument', `term: ${JSON.stringify(first.slice(0, 200))} is no registry`);
  return isHub ? { host: HUB_INDEX, word: word.startsWith(OFFICIAL) ? word.slice(OFFICIAL.length) : word } : { host: first, word };
}
