import { z } from 'zod';
import { type EngineClient, enginePath } from '../engine/http-client.ts';
import type { TaskRequest } from '../ipc/contract/tasks.ts';
import { ShellError } from '../ipc/failure.ts';
import type { TaskContext, TaskProgram } from './task.ts';

type Cleanup = Extract<TaskRequest, { kind: 'disk.cleanup' }>;
type Part = 'containers' | 'networks' | 'volumes' | 'images';

/** Containers first, as they hold the others; images last, as their layers may be of several. */
const ORDER: readonly Part[] = ['containers', 'networks', 'volumes', 'images'];

const bytesSchema = z.looseObject({ bytes: z.number() });
const prunedSchema = z.looseObject({ SpaceReclaimed: z.number() });
const sizesSchema = z.looseObject({
  Containers: z.array(z.looseObject({ Id: z.string(), SizeRw: z.number().nullish() })).nullish(),
  Volumes: z.array(z.looseObject({ Name: z.string(), UsageData: z.looseObject({ Size: z.number() }).nullish() })).nullish(),
});
const logsSchema = z.looseObject({ logs: z.record(z.string(), z.number()) });

/** What goes with each container and volume, in bytes. */
async function sizesOf(engine: EngineClient, { containers, volumes }: Cleanup, signal: AbortSignal): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  const types = [...(containers.length > 0 ? ['container'] : []), ...(volumes.length > 0 ? ['volume'] : [])];
  for (const type of types) {
    const use = sizesSchema.parse(await engine.json('GET', '/v1.47/system/df', { query: { type }, signal }));
    for (const { Id, SizeRw } of use.Containers ?? []) sizes.set(Id, SizeRw ?? 0);
    for (const { Name, UsageData } of use.Volumes ?? []) sizes.set(Name, Math.max(0, UsageData?.Size ?? 0));
  }
  if (containers.length > 0) {
    const { logs } = logsSchema.parse(await engine.json('GET', '/slipway/v1/disk', { query: { areas: 0 }, signal }));
    for (const id of containers) sizes.set(id, (sizes.get(id) ?? 0) + (logs[id] ?? 0));
  }
  return sizes;
}

interface Removal {
  readonly engine: EngineClient;
  readonly signal: AbortSignal;
}

const imageSchema = z.looseObject({ RepoTags: z.array(z.string()).nullish(), RepoDigests: z.array(z.string()).nullish() });

/** Removes one; 0 bytes when it is gone already. Never by force: what somebody uses stays. @throws ShellError */
async function removeOne({ engine, signal }: Removal, part: Part, id: string): Promise<number> {
  try {
    if (part !== 'images') {
      await engine.json('DELETE', enginePath(part, id), { signal });
      return 0;
    }
    const { bytes } = bytesSchema.parse(await engine.json('POST', '/slipway/v1/images/reclaimable', { json: { ids: [id] }, signal }));
    // By its names: an id with several of them is not removed without force.
    const { RepoTags, RepoDigests } = imageSchema.parse(await engine.json('GET', enginePath('images', id, 'json'), { signal }));
    const names = [...(RepoTags ?? []), ...(RepoDigests ?? [])];
    for (const name of names.length > 0 ? names : [id]) await engine.json('DELETE', enginePath('images', name), { signal });
    return bytes;
  } catch (error) {
    if (error instanceof ShellError && error.status === 404) return 0;
    throw error;
  }
}

const countOf = ({ containers, images, volumes, networks, cache }: Cleanup): number =>
  containers.length + images.length + volumes.length + networks.length + Number(cache);

export const diskCleanup: TaskProgram<Cleanup> = {
  unit: 'items',
  objectOf: (task) => String(countOf(task)),
  async run(task, context: TaskContext) {
    const { engine, signal, report } = context;
    const total = countOf(task);
    const sizes = await sizesOf(engine, task, signal);
    const kept: string[] = [];
    let [done, freed] = [0, 0];
    for (const part of ORDER) {
      for (const id of task[part]) {
        signal.throwIfAborted();
        report({ phase: part, current: done, total });
        try {
          const bytes = await removeOne({ engine, signal }, part, id);
          freed += part === 'images' ? bytes : (sizes.get(id) ?? 0);
        } catch (error) {
          if (!(error instanceof ShellError) || error.status === 0) throw error;
          kept.push(error.message);
        }
        done++;
      }
    }
    if (task.cache) {
      report({ phase: 'cache', current: done, total });
      freed += prunedSchema.parse(await engine.json('POST', '/build/prune', { query: { all: 1 }, signal })).SpaceReclaimed;
    }
    if (kept.length > 0) throw new ShellError(kept.join('\n'), 409);
    return String(freed);
  },
};
