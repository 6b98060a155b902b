import type { StepParts } from '../../store/records/build-steps.ts';
import type { CacheMiss } from '../build-events.ts';

/** Why a step has no result in the cache, by what was at its place when it was last built well. */
export function explainMiss(last: StepParts | undefined, now: StepParts): CacheMiss {
  if (last === undefined) return 'first time';
  if (last.instruction !== now.instruction) return 'instruction changed';
  if (last.base !== now.base) return 'base changed';
  if (last.files !== now.files) return 'files changed';
  return 'pruned';
}
