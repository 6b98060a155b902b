import { z } from 'zod';
import type { Registries } from '../credentials/registries.ts';
import type { EngineClient } from '../engine/http-client.ts';
import type { RegistryResults } from '../ipc/contract/registries.ts';
import { toFailure } from '../ipc/failure.ts';

/** Registries asked at once. */
const PARALLEL = 4;
const digestSchema = z.looseObject({ digest: z.string() });

export type RemoteDigest = RegistryResults['registry.digests']['results'][number];

/** What names stand for in their registries now. `quiet`: without logins that the system or another program may ask the person for. */
export async function remoteDigests(
  engine: EngineClient,
  registries: Pick<Registries, 'headersFor'>,
  names: readonly string[],
  quiet: boolean,
): Promise<readonly RemoteDigest[]> {
  const results = names.map((name) => ({ name, digest: '', failure: null as RemoteDigest['failure'] }));
  const queue = results.values();
  const work = async () => {
    for (const row of queue) {
      try {
        const headers = await registries.headersFor(row.name, { quiet });
        row.digest = digestSchema.parse(await engine.json('GET', '/slipway/v1/registry/digest', { query: { name: row.name }, headers })).digest;
      } catch (error) {
        row.failure = toFailure(error);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return results;
}
