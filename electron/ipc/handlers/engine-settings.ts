import { z } from 'zod';
import type { EngineSettingsAnswer } from '../../../runtime/api/types/settings.ts';
import type { EngineClient } from '../../engine/http-client.ts';
import type { Backend } from '../backend.ts';

type Names = 'engine.settings' | 'engine.changeSettings' | 'engine.machine';
const PATH = '/slipway/v1/settings';

const infoSchema = z.looseObject({
  NCPU: z.number(),
  MemTotal: z.number(),
  OperatingSystem: z.string(),
  KernelVersion: z.string(),
  Architecture: z.string(),
  CgroupVersion: z.string().optional(),
});
const statusSchema = z.looseObject({
  version: z.string(),
  apiVersion: z.string(),
  pid: z.number(),
  root: z.string(),
  run: z.string(),
  memory: z.number(),
});

export function engineSettingsRequests(engine: EngineClient): Pick<Backend['requests'], Names> {
  // The engine is ours: its answers are taken as its types have them.
  const read = async () => (await engine.json('GET', PATH)) as EngineSettingsAnswer;
  let work: Promise<unknown> = Promise.resolve();
  return {
    'engine.settings': read,
    // The engine takes the whole file: changes follow each other, so that none undoes another.
    'engine.changeSettings'({ change }) {
      const done = work.then(async () => {
        const { settings } = await read();
        const proxies = { ...settings.proxies, ...change.proxies };
        return (await engine.json('PUT', PATH, { json: { ...settings, ...change, proxies } })) as EngineSettingsAnswer;
      });
      work = done.catch(() => undefined);
      return done;
    },
    async 'engine.machine'() {
      const info = infoSchema.parse(await engine.json('GET', '/info'));
      const { version, apiVersion, pid, root, run, memory } = statusSchema.parse(await engine.json('GET', '/slipway/v1/status'));
      return {
        cpus: info.NCPU,
        memory: info.MemTotal,
        os: info.OperatingSystem,
        kernel: info.KernelVersion,
        architecture: info.Architecture,
        cgroups: info.CgroupVersion ?? '',
        engine: { version, apiVersion, pid, root, run, memory },
      };
    },
  };
}
