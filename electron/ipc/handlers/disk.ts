import { measureDisk } from '../../engine/disk-usage.ts';
import type { EngineClient } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';
import type { DiskUsage } from '../contract/disk.ts';

/** Pages that ask at once share one measurement, as each walks all files of the engine. */
export function diskRequests(engine: EngineClient): Pick<Backend['requests'], 'disk.usage'> {
  let last: DiskUsage | null = null;
  let pending: Promise<DiskUsage> | null = null;
  let next: Promise<DiskUsage> | null = null;
  const measure = async (): Promise<DiskUsage> => {
    try {
      last = await measureDisk(engine);
      return last;
    } finally {
      pending = null;
    }
  };
  const begin = (): Promise<DiskUsage> => {
    next = null;
    return (pending = measure());
  };
  return {
    'disk.usage': ({ fresh }) => {
      if (!pending) return last && !fresh ? Promise.resolve(last) : begin();
      // One that has begun may have counted already what was removed since.
      return fresh ? (next ??= pending.then(begin, begin)) : pending;
    },
  };
}
