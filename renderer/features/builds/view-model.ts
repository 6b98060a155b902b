import type { BuildRow } from '../../../runtime/api/types/build.ts';
import type { Sort } from '../../stores/ui-store.ts';
import { byName, percent, shortId } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';
import type { Tone } from '../../ui/status-dot.tsx';

const words = t.builds;

/** The engine's full form of a name, as people write it. */
export const familiar = (name: string): string => name.replace(/^docker\.io\/(?:library\/)?/, '').replace(/^library\//, '');

/** What a build is called: its first tag, else what it was built from. */
export function buildTitle({ tags, target, contextName, dockerfileName, id }: BuildRow): string {
  const [tag] = tags;
  if (tag !== undefined) return familiar(tag);
  const from = contextName || (dockerfileName !== 'Dockerfile' ? dockerfileName : '');
  return [from || words.unnamed(shortId(id)), target].filter(Boolean).join(' · ');
}

export function buildState({ status }: BuildRow): { readonly tone: Tone; readonly word: string } {
  const tones = { running: 'starting', completed: 'running', failed: 'failed', canceled: 'exited' } as const;
  return { tone: tones[status], word: words.states[status] };
}

export const tookMs = ({ startedAt, finishedAt }: Pick<BuildRow, 'startedAt' | 'finishedAt'>, now: number): number =>
  Math.max(0, (finishedAt || now) - startedAt);

/** Percent of the steps that came out of the cache; empty: no steps. */
export const cachedText = ({ steps, cachedSteps }: BuildRow): string => (steps === 0 ? '' : `${percent(Math.round((cachedSteps / steps) * 100)).value}`);

const inScope = ({ status }: BuildRow, scope: string): boolean => scope === 'all' || status === scope;

function matches(row: BuildRow, filter: string): boolean {
  const text = `${buildTitle(row)} ${row.tags.map(familiar).join(' ')} ${row.target} ${row.contextName} ${row.dockerfileName} ${row.id}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function order(column: string): (a: BuildRow, b: BuildRow) => number {
  switch (column) {
    case 'name':
      return (a, b) => byName(buildTitle(a), buildTitle(b));
    case 'state':
      return (a, b) => byName(buildState(a).word, buildState(b).word);
    case 'steps':
      return (a, b) => a.steps - b.steps;
    case 'cached':
      return (a, b) => share(a) - share(b);
    case 'duration':
      return (a, b) => tookMs(a, a.startedAt) - tookMs(b, b.startedAt);
    default:
      return (a, b) => a.startedAt - b.startedAt;
  }
}

const share = ({ steps, cachedSteps }: BuildRow): number => (steps === 0 ? 0 : cachedSteps / steps);

export function listed(rows: Iterable<BuildRow>, scope: string, filter: string, sort: Sort): readonly string[] {
  const way = sort.descending ? -1 : 1;
  const compare = order(sort.column);
  return [...rows]
    .filter((row) => inScope(row, scope) && matches(row, filter))
    .sort((a, b) => way * compare(a, b) || b.startedAt - a.startedAt || byName(a.id, b.id))
    .map(({ id }) => id);
}

/** The build of the same name that ended well before this one began; what its times are compared with. */
export function previousOf(row: BuildRow, rows: Iterable<BuildRow>): BuildRow | undefined {
  const title = buildTitle(row);
  let best: BuildRow | undefined;
  for (const other of rows) {
    if (other.id === row.id || other.status !== 'completed' || other.startedAt >= row.startedAt || buildTitle(other) !== title) continue;
    if (!best || other.startedAt > best.startedAt) best = other;
  }
  return best;
}
