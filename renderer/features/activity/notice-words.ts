import type { Notice } from '../../../electron/ipc/contract/notices.ts';
import { t } from '../../strings/t.ts';
import type { Tone } from '../../ui/status-dot.tsx';
import { visibleName } from '../../ui/visible-text.ts';

const words = t.activity.notices;

/** What happened, in a line: `web exited with code 3`. */
export const noticeTitle = ({ kind, object, exitCode }: Notice): string => words.titles[kind](visibleName(object), exitCode);

export function noticeState({ kind }: Notice): { readonly tone: Tone; readonly word: string } {
  const word = words.states[kind];
  if (kind === 'build.done' || kind === 'container.replaced' || kind === 'container.restored') return { tone: 'running', word };
  if (kind === 'update.available' || kind === 'image.outdated') return { tone: 'starting', word };
  return { tone: kind === 'container.unhealthy' || kind === 'container.unfinished' ? 'unhealthy' : 'failed', word };
}

/** What is to be known of it, above the engine's own words. */
export const noticeText = ({ kind }: Notice): string => words.texts[kind] ?? '';

/** What became of a task its own row says. */
export const isListed = ({ task }: Notice): boolean => task === '';

/** Where in the app what it is about is shown. */
export function noticePath({ kind, objectId }: Notice): string {
  const [noun = ''] = kind.split('.');
  if (noun === 'update') return '/settings/updates';
  const place = { container: 'containers', build: 'builds', image: 'images' }[noun] ?? 'activity';
  return objectId === '' ? `/${place}` : `/${place}/${encodeURIComponent(objectId)}`;
}
