import type { Span } from './stats-span.ts';

/** Where keys have put the cursor of the charts, and from where on they mark; milliseconds since the epoch. */
export interface KeyedCursor {
  readonly at: number;
  readonly mark: number | null;
}

export type KeyedStep = { readonly kind: 'moved'; readonly cursor: KeyedCursor } | { readonly kind: 'zoom'; readonly span: Span } | { readonly kind: 'left' };

/** A press goes so far of what is shown. */
const STEPS = 100;

/**
 * What a key does in charts of these times, ascending, where the cursor is at `held`: arrows, Home and End move it, with Shift they mark,
 * Enter zooms into what is marked, Escape leaves. Null: nothing.
 */
export function keyed(
  times: readonly number[],
  held: KeyedCursor | null,
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
): KeyedStep | null {
  if (key === 'Escape') return held ? { kind: 'left' } : null;
  if (key === 'Enter') {
    if (held === null || held.mark === null || held.mark === held.at) return null;
    return { kind: 'zoom', span: { from: Math.min(held.mark, held.at), to: Math.max(held.mark, held.at) } };
  }
  const last = times.length - 1;
  const index = goal(key, held ? indexOf(times, held.at) : last + 1, last);
  const at = index === null ? undefined : times[Math.max(0, Math.min(last, index))];
  if (at === undefined) return null;
  return { kind: 'moved', cursor: { at, mark: shiftKey ? (held?.mark ?? held?.at ?? at) : null } };
}

function goal(key: string, from: number, last: number): number | null {
  const step = Math.max(1, Math.round(last / STEPS));
  if (key === 'ArrowLeft') return from > last ? last : from - step;
  if (key === 'ArrowRight') return from + step;
  if (key === 'Home') return 0;
  return key === 'End' ? last : null;
}

/** The nearest: points that are too old go while the cursor is on them. */
function indexOf(times: readonly number[], at: number): number {
  const after = times.findIndex((time) => time >= at);
  return after < 0 ? times.length - 1 : after;
}
