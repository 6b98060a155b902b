import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { t } from '../../strings/t.ts';
import { isUp, stopReason } from './view-model.ts';

/** What helps a container that does not run. */
export interface StopAdvice {
  /** Why, and what may be behind it; empty: it runs. */
  readonly text: string;
  readonly step: 'duplicate' | 'edit' | 'health' | 'logs' | null;
}

export function stopAdvice(row: ContainerRow): StopAdvice {
  const reason = stopReason(row);
  const words = t.containerTabs.advice;
  if (reason === '' || isUp(row)) return { text: reason, step: null };
  if (row.oomKilled) return { text: reason, step: 'edit' };
  if (row.exitCode === 126 || row.exitCode === 127) return { text: `${reason} ${words.notFound}`, step: 'duplicate' };
  if (row.health === 'unhealthy') return { text: `${reason} ${words.unhealthy}`, step: 'health' };
  if (row.error !== '') return { text: reason, step: 'duplicate' };
  return { text: reason, step: row.state === 'exited' && row.exitCode !== 0 ? 'logs' : null };
}
