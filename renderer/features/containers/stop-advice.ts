import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import { t } from '../../strings/t.ts';
import { stopReason } from './view-model.ts';

/** What helps a container that does not run, or ends again and again. */
export interface StopAdvice {
  /** Why, and what may be behind it; empty: it runs. */
  readonly text: string;
  readonly step: 'duplicate' | 'edit' | 'health' | 'logs' | 'policy' | null;
}

/** Where a step is done; null: in a form. */
export const stepTab = (step: NonNullable<StopAdvice['step']>): 'edit' | 'health' | 'logs' | null =>
  step === 'duplicate' ? null : step === 'policy' ? 'edit' : step;

export function stopAdvice(row: ContainerRow): StopAdvice {
  const reason = stopReason(row);
  const words = t.containerTabs.advice;
  if (reason === '') return { text: reason, step: null };
  if (row.oomKilled) return { text: reason, step: 'edit' };
  if (row.exitCode === 126 || row.exitCode === 127) return { text: `${reason} ${words.notFound}`, step: 'duplicate' };
  if (row.health === 'unhealthy') return { text: `${reason} ${words.unhealthy}`, step: 'health' };
  if (row.error !== '') return { text: reason, step: 'duplicate' };
  if (row.state === 'restarting' && row.exitCode === 0) return { text: reason, step: 'policy' };
  return { text: reason, step: row.state !== 'created' && row.exitCode !== 0 ? 'logs' : null };
}
