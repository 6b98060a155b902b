import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';
import { byName } from '../../strings/format.ts';
import { visibleName } from '../../ui/visible-text.ts';

/**
 * The map: a line for each container from left to right (what this machine publishes, then the container, then its networks), and a rail
 * from top to bottom for each network. A dot where a line meets a rail means: it is on that network. All lengths are pixels.
 */
export interface NetworkMap {
  readonly width: number;
  readonly height: number;
  /** The widest box of a container, and of the head of a project. */
  readonly box: number;
  readonly railGap: number;
  readonly rows: readonly MapRow[];
  readonly rails: readonly Rail[];
  /** Networks that nobody uses; they have no rail. */
  readonly unused: number;
}

/** A container, or the head of a Compose project with what its members have in common. */
export interface MapRow {
  /** Id of the container, or `project:NAME`. */
  readonly key: string;
  readonly kind: 'container' | 'project';
  readonly label: string;
  /** Below the head of a project. */
  readonly indented: boolean;
  /** Middle of the row. */
  readonly y: number;
  readonly folded: boolean;
  /** Itself, or those of the project. */
  readonly containers: readonly ContainerRow[];
  readonly ports: readonly string[];
  readonly stops: readonly Stop[];
  /** Where its line ends; 0: it has none. */
  readonly end: number;
  /** Name of the container whose network it uses; empty: its own. */
  readonly shares: string;
}

export interface Stop {
  readonly network: string;
  readonly x: number;
  /** Somebody of the row runs there. */
  readonly up: boolean;
  /** Empty for several, and for what does not run. */
  readonly address: string;
}

export interface Rail {
  readonly network: NetworkRow;
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

export const ROW = 30;
export const PORTS_WIDTH = 168;
export const BOX_X = PORTS_WIDTH + 36;
const MARGIN = 24;
/** From a box to the first rail. */
const TO_RAIL = 48;
/** Pixels of a box: at least, and with room to spare. */
const BOX: Bounds = [232, 400];
/** From a rail to the next, with room for a name, and for an address beside a dot. */
export const RAIL_GAP: Bounds = [148, 288];

type Bounds = readonly [least: number, most: number];
const within = ([least, most]: Bounds, wanted: number): number => Math.floor(Math.max(least, Math.min(most, wanted)));
/** More members than that are folded at first. */
const LONG = 40;

const PROJECT = 'com.docker.compose.project';
const SERVICE = 'com.docker.compose.service';
const isUp = ({ state }: ContainerRow): boolean => state === 'running' || state === 'paused' || state === 'restarting';

/** Ports that this machine listens on, as `8080 → 80`; the protocol only where it is not tcp. */
export const portLabels = ({ ports }: ContainerRow): readonly string[] => [
  ...new Set(
    ports.flatMap(({ host, container, protocol, address }) => {
      if (host === null) return [];
      const where = address === '127.0.0.1' || address === '::1' ? 'localhost:' : '';
      return [`${where}${host} → ${container}${protocol === 'tcp' ? '' : `/${protocol}`}`];
    }),
  ),
];

interface Group {
  readonly project: string;
  readonly containers: readonly ContainerRow[];
}

/** Projects by name, then what belongs to none. */
function groupsOf(containers: Iterable<ContainerRow>): readonly Group[] {
  const groups = new Map<string, ContainerRow[]>();
  for (const row of containers) {
    const project = row.labels[PROJECT] ?? '';
    const held = groups.get(project);
    if (held) held.push(row);
    else groups.set(project, [row]);
  }
  return [...groups]
    .map(([project, rows]) => ({ project, containers: rows.sort((a, b) => byName(a.name, b.name)) }))
    .sort((a, b) => Number(a.project === '') - Number(b.project === '') || byName(a.project, b.project));
}

export const projectKey = (project: string): string => `project:${project}`;

/** The projects that are folded until somebody says otherwise. */
export function foldedAtFirst(containers: ReadonlyMap<string, ContainerRow>): ReadonlySet<string> {
  if (containers.size <= LONG) return new Set();
  return new Set(groupsOf(containers.values()).flatMap(({ project }) => (project === '' ? [] : [projectKey(project)])));
}

export interface MapOptions {
  readonly folded: ReadonlySet<string>;
  /** Pixels to be filled, as far as that makes the picture no harder to follow. */
  readonly room: number;
}

export function layOut(containers: readonly ContainerRow[], networks: readonly NetworkRow[], { folded, room }: MapOptions): NetworkMap {
  const byNetworkName = new Map(networks.map((network) => [network.name, network]));
  const names = new Map(containers.map(({ id, name }) => [id, name]));
  const drafts = groupsOf(containers).flatMap((group) => draftsOf(group, folded));
  const networksOf = (rows: readonly ContainerRow[]): readonly NetworkRow[] => [
    ...new Set(rows.flatMap((row) => row.networks.flatMap((name) => byNetworkName.get(name === 'default' ? 'bridge' : name) ?? []))),
  ];
  // A rail stands where it is first needed, so that lines are short and rails that go together stand together.
  const railNames = new Set(drafts.flatMap((draft) => networksOf(draft.containers).flatMap(({ name, driver }) => (driver === 'null' ? [] : [name]))));
  const railCount = Math.max(1, railNames.size);
  const spare = room - (BOX_X + BOX[0] + TO_RAIL + railCount * RAIL_GAP[0] + MARGIN);
  const box = within(BOX, BOX[0] + spare / (railCount + 1));
  const firstRail = BOX_X + box + TO_RAIL;
  const railGap = within(RAIL_GAP, (room - firstRail - MARGIN) / railCount);
  const railsByName = new Map([...railNames].map((name, index) => [name, firstRail + index * railGap]));
  const addresses = addressesOf(networks);
  const rows = drafts.map((draft, index): MapRow => {
    const stops = networksOf(draft.containers)
      .flatMap((network): Stop[] => {
        const x = railsByName.get(network.name);
        if (x === undefined) return [];
        const up = draft.containers.some((row) => isUp(row) && row.networks.includes(network.name));
        return [{ network: network.id, x, up, address: draft.kind === 'container' ? (addresses.get(`${network.id} ${draft.key}`) ?? '') : '' }];
      })
      .sort((a, b) => a.x - b.x);
    // The members of an open project have dots of their own.
    const shown = draft.kind === 'project' && !draft.folded ? [] : stops;
    return {
      ...draft,
      y: index * ROW + ROW / 2,
      stops: shown,
      end: shown.at(-1)?.x ?? 0,
      shares: draft.kind === 'container' ? sharedWith(draft.containers[0], names) : '',
    };
  });
  const rails = [...railsByName].flatMap(([name, x]): Rail[] => {
    const network = byNetworkName.get(name);
    const stopped = rows.filter(({ stops }) => stops.some((stop) => stop.x === x));
    return network ? [{ network, x, top: stopped[0]?.y ?? 0, bottom: stopped.at(-1)?.y ?? 0 }] : [];
  });
  return {
    width: firstRail + railCount * railGap + MARGIN,
    height: rows.length * ROW + MARGIN,
    box,
    railGap,
    rows,
    rails,
    unused: networks.filter(({ name, builtIn }) => !builtIn && !railsByName.has(name)).length,
  };
}

type Draft = Omit<MapRow, 'y' | 'stops' | 'end' | 'shares'>;

function draftsOf({ project, containers }: Group, folded: ReadonlySet<string>): readonly Draft[] {
  const one = (row: ContainerRow): Draft => ({
    key: row.id,
    kind: 'container',
    label: project !== '' && row.labels[SERVICE] !== undefined && row.name.startsWith(`${project}-`) ? row.name.slice(project.length + 1) : row.name,
    indented: project !== '',
    folded: false,
    containers: [row],
    ports: portLabels(row),
  });
  if (project === '') return containers.map(one);
  const key = projectKey(project);
  const isFolded = folded.has(key);
  const ports = isFolded ? [...new Set(containers.flatMap(portLabels))] : [];
  return [
    { key, kind: 'project', label: visibleName(project), indented: false, folded: isFolded, containers, ports },
    ...(isFolded ? [] : containers.map(one)),
  ];
}

/** By `NETWORK CONTAINER`. */
function addressesOf(networks: readonly NetworkRow[]): ReadonlyMap<string, string> {
  return new Map(networks.flatMap(({ id, members }) => members.map((member) => [`${id} ${member.container}`, member.ipv4 || member.ipv6] as const)));
}

function sharedWith(row: ContainerRow | undefined, names: ReadonlyMap<string, string>): string {
  const mode = row?.networks.find((name) => name.startsWith('container:'));
  if (mode === undefined) return '';
  const target = mode.slice('container:'.length);
  return names.get(target) ?? target.slice(0, 12);
}
