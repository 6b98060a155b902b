import type { Notice } from '../../../electron/ipc/contract/notices.ts';
import { t } from '../../strings/t.ts';
import type { Tone } from '../../ui/status-dot.tsx';

const words = t.activity.notices;

/** What happened, in a line: `web exited with code 3`. */
export const noticeTitle = ({ kind, object, exitCode }: Notice): string => words.titles[kind](object, exitCode);

export function noticeState({ kind }: Notice): { readonly tone: Tone; readonly word: string } {
  const word = words.states[kind];
  if (kind === 'build.done') return { tone: 'running', word };
  if (kind === 'update.available') return { tone: 'starting', word };
  return { tone: kind === 'container.unhealthy' ? 'unhealthy' : 'failed', word };
}

/** A task that failed is in the list itself. */
export const isListed = ({ kind }: Notice): boolean => kind !== 'task.failed';

/** Where in the app what it is about is shown. */
export function noticePath({ kind, objectId }: Notice): string {
  const [noun] = kind.split('.');
  if (noun === 'update') return '/settings/updates';
  return `/${noun === 'container' ? 'containers' : noun === 'build' ? 'builds' : 'activity'}/${encodeURIComponent(objectId)}`;
}
