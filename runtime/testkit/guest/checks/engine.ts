import { checkGroup } from '../check.ts';
import { GuestEngine } from '../engine.ts';
import { engineLife } from './engine-life.ts';
import { engineLimits } from './engine-limits.ts';
import { engineNfs } from './engine-nfs.ts';
import { engineVolumes } from './engine-volumes.ts';

/** One engine for all of them: starting takes seconds here. */
export const engineChecks = checkGroup('engine', () => GuestEngine.start('/run/engine'), { ...engineLimits, ...engineLife, ...engineVolumes, ...engineNfs });
