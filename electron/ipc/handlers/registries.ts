import { z } from 'zod';
import type { Registries } from '../../credentials/registries.ts';
import type { EngineClient } from '../../engine/http-client.ts';
import type { ImageChecks } from '../../updates/image-checks.ts';
import type { Backend } from '../backend.ts';
import type { FoundImage } from '../contract/registries.ts';
import { ShellError } from '../failure.ts';

type Names = 'registry.list' | 'registry.save' | 'registry.test' | 'registry.remove' | 'registry.search' | 'registry.tags' | 'registry.digests';

/** Repositories of a catalog that are looked through for a word. */
const CATALOG = 1000;
const HUB = 'docker.io';

const namesSchema = z.looseObject({ names: z.array(z.string()), next: z.string() });
const foundSchema = z.array(
  z.looseObject({ name: z.string(), description: z.string().nullish(), star_count: z.number().nullish(), is_official: z.boolean().nullish() }),
);

export function registryRequests(engine: EngineClient, registries: Registries, checks: Pick<ImageChecks, 'ask'>): Pick<Backend['requests'], Names> {
  const names = async (path: string, query: Record<string, string | number>, headers: Readonly<Record<string, string>>) =>
    namesSchema.parse(await engine.json('GET', path, { query, headers }));

  async function search(host: string, term: string, limit: number): Promise<readonly FoundImage[]> {
    const headers = await registries.headersOf(host);
    if (host === HUB) {
      if (term.trim() === '') return [];
      const found = foundSchema.parse(await engine.json('GET', '/images/search', { query: { term, limit }, headers }));
      return found.map((one) => ({ name: one.name, description: one.description ?? '', stars: one.star_count ?? 0, official: one.is_official ?? false }));
    }
    const { names: all } = await names('/slipway/v1/registry/repositories', { host, limit: CATALOG }, headers);
    const words = term.toLowerCase().split(/\s+/).filter(Boolean);
    return all
      .filter((name) => words.every((word) => name.toLowerCase().includes(word)))
      .slice(0, limit)
      .map((name) => ({ name: `${host}/${name}`, description: '', stars: 0, official: false }));
  }

  return {
    'registry.list': () => registries.list(),
    async 'registry.save'({ host, username, password, keep }) {
      await registries.save(host, username, password, keep);
      return null;
    },
    async 'registry.test'({ host }) {
      if ((await registries.test(host)) === true) return { outcome: 'let-in' };
      try {
        await names('/slipway/v1/registry/repositories', { host, limit: 1 }, {});
        return { outcome: 'open' };
      } catch (error) {
        if (!(error instanceof ShellError) || error.status === 503 || error.status === 0) throw error;
        return { outcome: error.status === 401 && host !== HUB ? 'login-needed' : 'reachable' };
      }
    },
    async 'registry.remove'({ host }) {
      await registries.remove(host);
      return null;
    },
    'registry.search': async ({ host, term, limit }) => ({ found: await search(host, term, limit) }),
    'registry.tags': async ({ name, last, limit }) =>
      names('/slipway/v1/registry/tags', { name, limit, ...(last !== '' && { last }) }, await registries.headersFor(name)),
    'registry.digests': async ({ names: asked }) => ({ results: await checks.ask(asked) }),
  };
}

export function imageRemoteStreams(checks: ImageChecks): Pick<Backend['streams'], 'image.remote'> {
  return {
    async 'image.remote'(_params, stream) {
      const closed = Promise.withResolvers<void>();
      stream.signal.addEventListener('abort', () => closed.resolve(), { once: true });
      const send = () => void stream.send({ remote: [...checks.remote] }).catch(() => undefined);
      using _changed = checks.onChange(send);
      send();
      await closed.promise;
    },
  };
}
