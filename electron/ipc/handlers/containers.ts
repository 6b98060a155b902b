import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import { bulk } from './bulk.ts';

type Names = 'container.start' | 'container.stop' | 'container.restart' | 'container.kill' | 'container.remove' | 'container.inspect';

export function containerRequests(engine: EngineClient): Pick<Backend['requests'], Names> {
  const post = (id: string, verb: string, query = {}) => engine.json('POST', enginePath('containers', id, verb), { query });
  return {
    'container.start': ({ ids }) => bulk(ids, (id) => post(id, 'start')),
    'container.stop': ({ ids }) => bulk(ids, (id) => post(id, 'stop')),
    'container.restart': ({ ids }) => bulk(ids, (id) => post(id, 'restart')),
    'container.kill': ({ ids, signal }) => bulk(ids, (id) => post(id, 'kill', { signal })),
    'container.remove': ({ ids, force }) => bulk(ids, (id) => engine.json('DELETE', enginePath('containers', id), { query: { force } })),
    'container.inspect': ({ id }) => engine.json('GET', enginePath('containers', id, 'json')),
  };
}
