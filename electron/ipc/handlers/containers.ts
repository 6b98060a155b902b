import { z } from 'zod';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import { type ContainerResults, inspectSchema } from '../contract/containers.ts';
import { bulk } from './bulk.ts';

type Names = Exclude<keyof ContainerResults, 'container.run'>;

const imageSchema = z.looseObject({ Config: z.looseObject({}).nullish() });
const sizesSchema = z.array(z.looseObject({ Id: z.string(), SizeRw: z.number().optional() }));

export function containerRequests(engine: EngineClient): Pick<Backend['requests'], Names> {
  const post = (id: string, verb: string, query = {}) => engine.json('POST', enginePath('containers', id, verb), { query });
  return {
    'container.start': ({ ids }) => bulk(ids, (id) => post(id, 'start')),
    'container.stop': ({ ids }) => bulk(ids, (id) => post(id, 'stop')),
    'container.restart': ({ ids }) => bulk(ids, (id) => post(id, 'restart')),
    'container.kill': ({ ids, signal }) => bulk(ids, (id) => post(id, 'kill', { signal })),
    'container.pause': ({ ids }) => bulk(ids, (id) => post(id, 'pause')),
    'container.unpause': ({ ids }) => bulk(ids, (id) => post(id, 'unpause')),
    'container.remove': ({ ids, force, volumes }) => bulk(ids, (id) => engine.json('DELETE', enginePath('containers', id), { query: { force, v: volumes } })),
    async 'container.rename'({ id, name }) {
      await post(id, 'rename', { name });
      return null;
    },
    async 'container.sizes'({ ids }) {
      const query = { all: true, size: true, filters: JSON.stringify({ id: ids }) };
      const rows = sizesSchema.parse(await engine.json('GET', '/containers/json', { query }));
      return { sizes: Object.fromEntries(rows.map(({ Id, SizeRw = 0 }) => [Id, SizeRw])) };
    },
    async 'container.config'({ id }) {
      const inspect = inspectSchema.parse(await engine.json('GET', enginePath('containers', id, 'json')));
      const image = await engine.json('GET', enginePath('images', inspect.Image, 'json')).then(
        (answer) => imageSchema.parse(answer).Config ?? {},
        // Without it everything counts as the container's own.
        () => null,
      );
      return { inspect, image };
    },
    'container.inspect': ({ id }) => engine.json('GET', enginePath('containers', id, 'json')),
  };
}
