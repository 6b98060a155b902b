import { z } from 'zod';
import { EngineError } from '../../base/errors.ts';
import { JSON_LIMIT, parseJson } from '../../formats/json.ts';
import { parseReference } from '../../formats/reference.ts';
import { readBounded } from './bounded.ts';
import type { Credentials } from './credentials.ts';
import type { RegistrySettings } from './endpoint.ts';
import { withSession } from './open-session.ts';

/** A page of names in the registry's order. */
export interface NamePage {
  readonly names: readonly string[];
  /** What to give as `last` for the page after this one; empty: there is none. */
  readonly next: string;
}

export interface PageOptions {
  /** The name before the page; empty: from the beginning. */
  readonly last: string;
  readonly limit: number;
  readonly credentials?: Credentials;
  readonly signal: AbortSignal;
}

interface Listing extends PageOptions {
  readonly domain: string;
  readonly path: string;
  readonly scope: string;
  readonly what: string;
}

const names = z.array(z.string().max(1024)).max(200_000).nullish();
const answerSchema = z.looseObject({ tags: names, repositories: names });
const HOST = /^[a-zA-Z0-9.-]+(?::\d{1,5})?$|^\[[0-9a-fA-F:]+\](?::\d{1,5})?$/;

/** The tags of a repository (distribution-spec, Listing Tags). Throws NotFound for one that is not there, Unauthorized, Unavailable. */
export function listTags(settings: RegistrySettings, name: string, options: PageOptions): Promise<NamePage> {
  const { domain, path } = parseReference(name);
  return list(settings, { ...options, domain, path: `/v2/${path}/tags/list`, scope: `repository:${path}:pull`, what: `tags of ${domain}/${path}` });
}

/** The repositories of a registry that has a catalog (GET /v2/_catalog); many public ones refuse. Throws as `listTags` does. */
export function listRepositories(settings: RegistrySettings, host: string, options: PageOptions): Promise<NamePage> {
  if (!HOST.test(host)) throw new EngineError('InvalidArgument', `host: ${JSON.stringify(host.slice(0, 200))} is no registry`);
  return list(settings, { ...options, domain: host, path: '/v2/_catalog', scope: 'registry:catalog:*', what: `catalog of ${host}` });
}

async function list(settings: RegistrySettings, { domain, path, scope, what, last, limit, credentials = {}, signal }: Listing): Promise<NamePage> {
  return await withSession(
    domain,
    settings,
    credentials,
    async (session) => {
      const query = new URLSearchParams({ n: String(limit), ...(last === '' ? {} : { last }) });
      const { headers, body } = await session.send({ method: 'GET', path: `${path}?${String(query)}`, scope, expected: [200], signal });
      const { tags, repositories } = parseJson(await readBounded(body, JSON_LIMIT, what), answerSchema, what);
      const all = tags ?? repositories ?? [];
      if (String(headers['link'] ?? '').includes('rel="next"')) return { names: all, next: all.at(-1) ?? '' };
      // The last page, or all there is from a registry that knows no pages, in any order.
      const fresh = all.filter((name) => name > last).sort();
      const page = fresh.slice(0, limit);
      return { names: page, next: fresh.length > page.length ? (page.at(-1) ?? '') : '' };
    },
    signal,
  );
}
