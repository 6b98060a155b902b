import { z } from 'zod';
import { type EngineClient, enginePath } from '../../engine/http-client.ts';
import type { TaskList } from '../../tasks/task-list.ts';
import type { Backend } from '../backend.ts';
import { bulk } from './bulk.ts';
import { uploaded } from './upload.ts';

type Requests = 'volume.create' | 'volume.remove' | 'volume.inspect' | 'volume.sizes';

const createdSchema = z.looseObject({ Name: z.string() });
const sizeSchema = z.looseObject({ Size: z.number() });

/** Milliseconds for which a size counts as known: who scrolls to and fro does not walk the same files again. */
const SIZE_LIFE = 20_000;
/** Volumes measured at once: it keeps a disk busy. */
const MEASURING = 2;

export function volumeRequests(engine: EngineClient): Pick<Backend['requests'], Requests> {
  const known = new Map<string, { readonly size: Promise<number | null>; readonly until: number }>();
  const measure = (id: string): Promise<number | null> => {
    const held = known.get(id);
    if (held && held.until > Date.now()) return held.size;
    const size = sizeOf(engine, id);
    known.delete(id);
    known.set(id, { size, until: Date.now() + SIZE_LIFE });
    for (const [old, { until }] of known) {
      if (until > Date.now()) break;
      known.delete(old);
    }
    return size;
  };
  return {
    async 'volume.create'({ name, options, labels }) {
      const json = { ...(name !== '' && { Name: name }), Driver: 'local', DriverOpts: options, Labels: labels };
      return { id: createdSchema.parse(await engine.json('POST', '/volumes/create', { json })).Name };
    },
    'volume.remove': ({ ids }) => bulk(ids, (id) => engine.json('DELETE', enginePath('volumes', id))),
    'volume.inspect': ({ id }) => engine.json('GET', enginePath('volumes', id)),
    async 'volume.sizes'({ ids }) {
      const sizes: Record<string, number | null> = {};
      const queue = ids.values();
      const work = async (): Promise<void> => {
        for (const id of queue) sizes[id] = await measure(id);
      };
      await Promise.all(Array.from({ length: MEASURING }, work));
      return { sizes };
    },
  };
}

/** Null for one whose files are elsewhere, and for one that was removed meanwhile. */
async function sizeOf(engine: EngineClient, id: string): Promise<number | null> {
  try {
    const { Size } = sizeSchema.parse(await engine.json('GET', enginePath('slipway', 'v1', 'volumes', id, 'size')));
    return Size < 0 ? null : Size;
  } catch {
    return null;
  }
}

export function volumeStreams(engine: EngineClient, tasks: TaskList): Pick<Backend['streams'], 'volume.import'> {
  return {
    'volume.import': ({ name, size }, stream) =>
      tasks.track({ kind: 'volume.import', object: name, unit: 'bytes', signal: stream.signal }, async ({ signal, report }) => {
        const tell = async (written: number): Promise<void> => {
          report({ current: written, total: size });
          await stream.send({ written });
        };
        report({ current: 0, total: size });
        const body = uploaded(stream, size, tell);
        await engine.json('POST', enginePath('slipway', 'v1', 'volumes', name, 'import'), { body, length: size, signal });
        return '';
      }),
  };
}
