import type { CheckGroup } from './check.ts';
import { delegationChecks } from './checks/delegation.ts';
import { engineChecks } from './checks/engine.ts';
import { managerChecks } from './checks/manager.ts';

/** In the order they run. */
export const GROUPS: readonly CheckGroup[] = [managerChecks, delegationChecks, engineChecks];
