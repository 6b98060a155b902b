import { z } from 'zod';
import type { ImageLayersAnswer, LayerDirectoryAnswer } from '../../../runtime/api/types/layers.ts';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import { ShellError } from '../failure.ts';
import { bulk } from './bulk.ts';

type Names =
  | 'image.remove'
  | 'image.inspect'
  | 'image.history'
  | 'image.tag'
  | 'image.layers'
  | 'image.layer-tree'
  | 'image.usage'
  | 'image.reclaimable'
  | 'image.prune';

const historySchema = z.array(z.looseObject({ Id: z.string(), Created: z.number(), CreatedBy: z.string(), Size: z.number(), Comment: z.string().nullish() }));

const usageSchema = z.looseObject({ LayersSize: z.number(), Images: z.array(z.looseObject({ Id: z.string(), SharedSize: z.number() })).nullish() });
const reclaimableSchema = z.looseObject({ bytes: z.number() });
const pruneSchema = z.looseObject({ SpaceReclaimed: z.number() });

export function imageRequests(engine: EngineClient): Pick<Backend['requests'], Names> {
  return {
    'image.remove': ({ ids, force }) => bulk(ids, (id) => engine.json('DELETE', enginePath('images', id), { query: { force } })),
    'image.inspect': ({ id }) => engine.json('GET', enginePath('images', id, 'json')),
    async 'image.history'({ id }) {
      const entries = historySchema.parse(await engine.json('GET', enginePath('images', id, 'history')));
      return {
        entries: entries.map((entry) => ({
          id: entry.Id,
          created: entry.Created * 1000,
          createdBy: entry.CreatedBy,
          size: entry.Size,
          comment: entry.Comment ?? '',
        })),
      };
    },
    async 'image.tag'({ id, reference }) {
      const { repository, tag } = splitReference(reference);
      await engine.json('POST', enginePath('images', id, 'tag'), { query: { repo: repository, tag } });
      return null;
    },
    'image.layers': async ({ id }) => (await engine.json('GET', enginePath('slipway', 'v1', 'images', id, 'layers'))) as ImageLayersAnswer,
    async 'image.layer-tree'({ id, layer, path, find, changes, offset, limit }) {
      const query = { path, offset, limit, ...(changes && { changes: 1 }), ...(find !== '' && { find }) };
      return (await engine.json('GET', enginePath('slipway', 'v1', 'images', id, 'layers', layer, 'tree'), { query })) as LayerDirectoryAnswer;
    },
    async 'image.usage'() {
      const { LayersSize, Images } = usageSchema.parse(await engine.json('GET', '/system/df', { query: { type: 'image' } }));
      return { layers: LayersSize, shared: Object.fromEntries((Images ?? []).map(({ Id, SharedSize }) => [Id, SharedSize])) };
    },
    'image.reclaimable': async ({ ids }) => reclaimableSchema.parse(await engine.json('POST', '/slipway/v1/images/reclaimable', { json: { ids } })),
    async 'image.prune'({ all }) {
      const query = { filters: JSON.stringify({ dangling: [String(!all)] }) };
      return { bytes: pruneSchema.parse(await engine.json('POST', '/images/prune', { query })).SpaceReclaimed };
    },
  };
}

/** `host:5000/a/b:tag` as repository and tag; no tag: latest. @throws ShellError 400 for a digest, which cannot be given. */
export function splitReference(reference: string): { readonly repository: string; readonly tag: string } {
  if (reference.includes('@')) throw new ShellError(`reference: ${reference} has a digest; a tag is a name`, 400);
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1);
  if (colon < 0) return { repository: reference, tag: 'latest' };
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
