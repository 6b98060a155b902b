import type { TerminalRow } from '../../../electron/ipc/contract/terminals.ts';

/** Where sessions are shown: the panel of the window, or the details of a container by its id. */
export type TerminalPlace = string;
export const PANEL: TerminalPlace = 'panel';

/** One session, or two areas beside or below each other. */
export type PaneTree = { readonly session: string } | { readonly below: boolean; readonly first: PaneTree; readonly second: PaneTree };

export interface TerminalTab {
  readonly id: string;
  readonly tree: PaneTree;
  /** The session that keys and tools are for. */
  readonly active: string;
}
export interface TabStrip {
  readonly tabs: readonly TerminalTab[];
  /** Id of the tab that is shown; empty: none. */
  readonly active: string;
}
export type TerminalLayout = Readonly<Record<TerminalPlace, TabStrip>>;

export const NO_TABS: TabStrip = { tabs: [], active: '' };

export const sessionsOf = (tree: PaneTree): readonly string[] => ('session' in tree ? [tree.session] : [...sessionsOf(tree.first), ...sessionsOf(tree.second)]);

/** Adds a session in a tab of its own, and shows it. One that is shown elsewhere moves. */
export function withTab(layout: TerminalLayout, place: TerminalPlace, session: string): TerminalLayout {
  const rest = withoutSession(layout, session);
  const tab: TerminalTab = { id: session, tree: { session }, active: session };
  return { ...rest, [place]: { tabs: [...(rest[place]?.tabs ?? []), tab], active: tab.id } };
}

/** Puts a session beside or below another one, which must be shown. */
export function withPane(layout: TerminalLayout, beside: string, session: string, below: boolean): TerminalLayout {
  const split = (tree: PaneTree): PaneTree =>
    'session' in tree
      ? tree.session === beside
        ? { below, first: tree, second: { session } }
        : tree
      : { ...tree, first: split(tree.first), second: split(tree.second) };
  return eachStrip(withoutSession(layout, session), (strip) => ({
    ...strip,
    tabs: strip.tabs.map((tab) => (sessionsOf(tab.tree).includes(beside) ? { ...tab, tree: split(tab.tree), active: session } : tab)),
  }));
}

/** Takes a session out; its neighbour gets its room, and a tab without any goes. */
export function withoutSession(layout: TerminalLayout, session: string): TerminalLayout {
  const prune = (tree: PaneTree): PaneTree | null => {
    if ('session' in tree) return tree.session === session ? null : tree;
    const first = prune(tree.first);
    const second = prune(tree.second);
    return first && second ? { ...tree, first, second } : (first ?? second);
  };
  return eachStrip(layout, (strip) => {
    const index = strip.tabs.findIndex(({ tree }) => sessionsOf(tree).includes(session));
    if (index === -1) return strip;
    const tabs = strip.tabs.flatMap((tab): readonly TerminalTab[] => {
      const tree = prune(tab.tree);
      if (!tree) return [];
      return [{ ...tab, tree, active: tab.active === session ? (sessionsOf(tree)[0] ?? '') : tab.active }];
    });
    const active = tabs.some(({ id }) => id === strip.active) ? strip.active : ((tabs[index] ?? tabs[index - 1])?.id ?? '');
    return { tabs, active };
  });
}

/** Shows a session: its tab, and the keys go to it. */
export function withActive(layout: TerminalLayout, session: string): TerminalLayout {
  return eachStrip(layout, (strip) => {
    const tab = strip.tabs.find(({ tree }) => sessionsOf(tree).includes(session));
    if (!tab || (strip.active === tab.id && tab.active === session)) return strip;
    return { tabs: strip.tabs.map((one) => (one === tab ? { ...one, active: session } : one)), active: tab.id };
  });
}

/** The session before or after the active one of the tab that is shown; null where there is none other. */
export function neighbour({ tabs, active }: TabStrip, step: 1 | -1): string | null {
  const tab = tabs.find(({ id }) => id === active);
  if (!tab) return null;
  const sessions = sessionsOf(tab.tree);
  const next = sessions[(sessions.indexOf(tab.active) + step + sessions.length) % sessions.length];
  return next === undefined || next === tab.active ? null : next;
}

/** What there is of what was laid out, and the rest in the place that it belongs to. */
export function reconciled(layout: TerminalLayout, rows: readonly TerminalRow[]): TerminalLayout {
  const known = new Set(rows.map(({ id }) => id));
  let next = layout;
  const shown = new Set<string>();
  for (const { tabs } of Object.values(layout)) {
    for (const session of tabs.flatMap(({ tree }) => sessionsOf(tree))) {
      if (known.has(session)) shown.add(session);
      else next = withoutSession(next, session);
    }
  }
  for (const { id, target } of rows) {
    if (shown.has(id)) continue;
    const place = target.kind === 'host' ? PANEL : target.id;
    const before = next[place]?.active ?? '';
    next = withTab(next, place, id);
    // What was shown stays shown.
    if (before !== '') next = { ...next, [place]: { ...(next[place] ?? NO_TABS), active: before } };
  }
  return next;
}

/** Strips that stay as they are keep their identity; empty ones go. */
function eachStrip(layout: TerminalLayout, change: (strip: TabStrip) => TabStrip): TerminalLayout {
  const entries = Object.entries(layout).map(([place, strip]) => [place, change(strip)] as const);
  if (entries.every(([place, strip]) => layout[place] === strip)) return layout;
  return Object.fromEntries(entries.filter(([, { tabs }]) => tabs.length > 0));
}
