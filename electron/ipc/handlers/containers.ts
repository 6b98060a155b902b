import { z } from 'zod';
import type { ContainerProcesses } from '../../../runtime/api/types/processes.ts';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import { type ContainerResults, inspectSchema } from '../contract/containers.ts';
import { bulk } from './bulk.ts';

type Names = Exclude<keyof ContainerResults, 'container.run'>;

const imageSchema = z.looseObject({ Config: z.looseObject({}).nullish() });
const updatedSchema = z.looseObject({ Warnings: z.array(z.string()).nullish() });
const processesSchema = z.looseObject({ time: z.number(), processes: z.array(z.unknown()), truncated: z.boolean() });
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
    async 'container.update'({ id, memory, cpus, pids, restart }) {
      const json = {
        // Swap would keep a higher limit from being set.
        ...(memory !== undefined && { Memory: memory, MemorySwap: 2 * memory }),
        ...(cpus !== undefined && { NanoCpus: Math.round(cpus * 1e9) }),
        ...(pids !== undefined && { PidsLimit: pids }),
        ...(restart && { RestartPolicy: { Name: restart.name, MaximumRetryCount: restart.retries } }),
      };
      const { Warnings } = updatedSchema.parse(await engine.json('POST', enginePath('containers', id, 'update'), { json }));
      return { warnings: Warnings ?? [] };
    },
    // The engine is ours: the outer shape is checked, the rows are taken as its types have them.
    'container.processes': async ({ id }) =>
      processesSchema.parse(await engine.json('GET', `/slipway/v1${enginePath('containers', id, 'processes')}`)) as unknown as ContainerProcesses,
    async 'container.signal'({ id, pid, signal }) {
      await engine.json('POST', `/slipway/v1${enginePath('containers', id, 'processes', String(pid), 'kill')}`, { query: { signal } });
      return null;
    },
    'container.inspect': ({ id }) => engine.json('GET', enginePath('containers', id, 'json')),
  };
}
