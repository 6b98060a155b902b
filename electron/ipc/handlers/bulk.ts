import type { BulkResult } from '../contract/fields.ts';
import { toFailure } from '../failure.ts';

/** Objects worked on at once. */
const PARALLEL = 8;

/** Does `act` for each id and tells how each went; one that fails does not keep the others from being done. */
export async function bulk(ids: readonly string[], act: (id: string) => Promise<unknown>): Promise<BulkResult> {
  const results: BulkResult['results'][number][] = ids.map((id) => ({ id, failure: null }));
  const queue = ids.entries();
  const work = async () => {
    for (const [index, id] of queue) {
      try {
        await act(id);
      } catch (error) {
        results[index] = { id, failure: toFailure(error) };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, ids.length) }, work));
  return { results };
}
