import { z } from 'zod';
import type { DoctorReport } from '../../../runtime/api/types/doctor.ts';
import { readLogTail } from '../../engine/engine-log.ts';
import type { EngineClient } from '../../engine/http-client.ts';
import type { SupportBundles } from '../../support/bundle.ts';
import type { Backend } from '../backend.ts';

type Names = 'doctor.check' | 'engine.log' | 'engine.load' | 'support.gather';
const loadSchema = z.looseObject({ eventLoop: z.object({ maxStallMs: z.number(), maxBusyMs: z.number(), p99Ms: z.number(), since: z.number() }) });

/** `log`: path of the engine's. */
export function supportRequests(engine: EngineClient, bundles: SupportBundles, log: string): Pick<Backend['requests'], Names> {
  return {
    'doctor.check': async () => (await engine.json('GET', '/slipway/v1/doctor')) as DoctorReport,
    'engine.log': async () => ({ path: log, ...(await readLogTail(log)) }),
    async 'engine.load'({ reset }) {
      // Nobody asked for the history of containers.
      const query = { since: Date.now(), ...(reset && { reset: 1 }) };
      return loadSchema.parse(await engine.json('GET', '/slipway/v1/metrics', { query })).eventLoop;
    },
    'support.gather': ({ labels }) => bundles.gather(labels),
  };
}
