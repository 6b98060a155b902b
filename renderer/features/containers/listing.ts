import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import type { Sort } from '../../stores/ui-store.ts';
import { byName } from '../../strings/format.ts';
import { visibleName } from '../../ui/visible-text.ts';
import { filterOf, groupNameOf, POD_PREFIX } from './filter.ts';
import { healthNow, isUp } from './view-model.ts';

export const inScope = (row: ContainerRow, scope: string): boolean => scope === 'all' || isUp(row) === (scope === 'running');

export type Latest = (id: string) => MetricPoint | undefined;

/** What the list shows. */
export interface Listing {
  /** Rows in order: containers, and the heads of groups before their members. */
  readonly rows: readonly string[];
  /** Containers in order, also those of folded groups. */
  readonly containers: readonly string[];
  /** Members by the id of their group's row. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** Every container of the groups that are shown, also those that the scope or the filter leaves out. */
  readonly whole: ReadonlyMap<string, readonly string[]>;
  /** The id of its group's row by container. */
  readonly groupOf: ReadonlyMap<string, string>;
}

export interface View {
  readonly scope: string;
  readonly filter: string;
  readonly sort: Sort;
  readonly grouped: boolean;
  readonly folded: readonly string[];
}

const PREFIX = 'project/';
const groupId = (project: string): string => PREFIX + project;
export const isGroupId = (id: string): boolean => id.startsWith(PREFIX);
/** By which a group is remembered as folded. */
export const groupName = (id: string): string => id.slice(PREFIX.length);
export const isPod = (id: string): boolean => groupName(id).startsWith(POD_PREFIX);
/** What it is called. */
export const groupTitle = (id: string): string => visibleName(groupName(id).slice(isPod(id) ? POD_PREFIX.length : 0));

const STATE_ORDER = ['running', 'restarting', 'paused', 'removing', 'created', 'exited', 'dead'];
const HEALTH_ORDER = ['unhealthy', 'starting', 'healthy', 'none'];
const networkRate = (point: MetricPoint | undefined): number => (point ? point.networkRx + point.networkTx : -1);

/** Columns whose values change by themselves: rows sorted by them would jump under the pointer. */
const LIVE: Readonly<Record<string, (point: MetricPoint | undefined) => number>> = {
  cpu: (point) => point?.cpuPercent ?? -1,
  trend: (point) => point?.cpuPercent ?? -1,
  memory: (point) => point?.memory ?? -1,
  network: networkRate,
};
export const isLive = (column: string): boolean => column in LIVE;

type Compare = (a: ContainerRow, b: ContainerRow) => number;

const ORDERS: Readonly<Record<string, Compare>> = {
  name: (a, b) => byName(a.name, b.name),
  image: (a, b) => byName(a.image, b.image),
  command: (a, b) => byName(a.command, b.command),
  id: (a, b) => (a.id < b.id ? -1 : 1),
  networks: (a, b) => byName(a.networks.join(), b.networks.join()),
  ports: (a, b) => (a.ports[0]?.host ?? 1e6) - (b.ports[0]?.host ?? 1e6),
  health: (a, b) => HEALTH_ORDER.indexOf(healthNow(a)) - HEALTH_ORDER.indexOf(healthNow(b)),
  state: (a, b) => STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) || a.exitCode - b.exitCode,
};
const byAge: Compare = (a, b) => a.createdAt - b.createdAt;

function compareBy(column: string, latest: Latest): Compare {
  const live = LIVE[column];
  if (live) return (a, b) => live(latest(a.id)) - live(latest(b.id));
  return ORDERS[column] ?? byAge;
}

/** One project or pod, or one container of none, as they stand beside each other. */
interface Entry {
  readonly project: string;
  readonly rows: ContainerRow[];
}

/** A project is sorted by its own name, by the sum of what its containers use, else by its first container. */
function compareEntries(column: string, latest: Latest, compare: Compare): (a: Entry, b: Entry) => number {
  const live = LIVE[column];
  if (live) {
    const sums = new Map<Entry, number>();
    const sum = (entry: Entry): number => {
      const held = sums.get(entry) ?? entry.rows.reduce((all, row) => all + Math.max(-1, live(latest(row.id))), 0);
      sums.set(entry, held);
      return held;
    };
    return (a, b) => sum(a) - sum(b);
  }
  if (column === 'name') {
    const nameOf = ({ project, rows }: Entry): string => project || (rows[0]?.name ?? '');
    return (a, b) => byName(nameOf(a), nameOf(b));
  }
  return ({ rows: [a] }, { rows: [b] }) => (a && b ? compare(a, b) : 0);
}

/** Ties keep the newest first. */
export function listing(rows: Iterable<ContainerRow>, { scope, filter, sort, grouped, folded }: View, latest: Latest): Listing {
  const matches = filterOf(filter);
  const way = sort.descending ? -1 : 1;
  const compare = compareBy(sort.column, latest);
  const all = [...rows];
  const kept = all
    .filter((row) => inScope(row, scope) && matches(row))
    .sort((a, b) => way * compare(a, b) || b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  const projects = new Map<string, Entry>();
  const entries: Entry[] = [];
  for (const row of kept) {
    const project = grouped ? groupNameOf(row) : '';
    const held = project === '' ? undefined : projects.get(project);
    if (held) held.rows.push(row);
    else {
      const entry: Entry = { project, rows: [row] };
      if (project !== '') projects.set(project, entry);
      entries.push(entry);
    }
  }
  if (projects.size > 0) {
    const between = compareEntries(sort.column, latest, compare);
    entries.sort((a, b) => way * between(a, b));
  }
  const shown = laidOut(entries, new Set(folded));
  return { ...shown, whole: kept.length === all.length ? shown.members : wholeGroups(all, shown.members) };
}

function wholeGroups(rows: readonly ContainerRow[], shown: Listing['members']): Listing['whole'] {
  const whole = new Map<string, string[]>([...shown.keys()].map((head) => [head, []]));
  for (const row of rows) whole.get(groupId(groupNameOf(row)))?.push(row.id);
  return whole;
}

function laidOut(entries: readonly Entry[], folded: ReadonlySet<string>): Omit<Listing, 'whole'> {
  const rows: string[] = [];
  const containers: string[] = [];
  const members = new Map<string, readonly string[]>();
  const groupOf = new Map<string, string>();
  for (const { project, rows: below } of entries) {
    const ids = below.map(({ id }) => id);
    containers.push(...ids);
    if (project === '') rows.push(...ids);
    else {
      const head = groupId(project);
      members.set(head, ids);
      for (const id of ids) groupOf.set(id, head);
      rows.push(head);
      if (!folded.has(project)) rows.push(...ids);
    }
  }
  return { rows, containers, members, groupOf };
}
