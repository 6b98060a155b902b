import { type PaneTree, sessionsOf, type TabStrip, type TerminalLayout, type TerminalTab } from './layout.ts';

const KEY = 'slipway.terminals.1';
/** No person nests deeper; a damaged record might. */
const MAX_DEPTH = 16;

type Loose = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Loose => typeof value === 'object' && value !== null;

/** How terminals were laid out when the page was left. What is damaged of it counts as not there. */
export function readLayout(storage: Pick<Storage, 'getItem'>): TerminalLayout {
  try {
    const value: unknown = JSON.parse(storage.getItem(KEY) ?? '{}');
    if (!isRecord(value)) return {};
    return Object.fromEntries(
      Object.entries(value)
        .map(([place, strip]) => [place, toStrip(strip)] as const)
        .filter(([, { tabs }]) => tabs.length > 0),
    );
  } catch {
    return {};
  }
}

export function writeLayout(storage: Pick<Storage, 'setItem'>, layout: TerminalLayout): void {
  storage.setItem(KEY, JSON.stringify(layout));
}

function toStrip(value: unknown): TabStrip {
  const given = isRecord(value) && Array.isArray(value['tabs']) ? (value['tabs'] as unknown[]) : [];
  const tabs = given.flatMap((tab): readonly TerminalTab[] => {
    const tree = isRecord(tab) ? toTree(tab['tree'], 0) : null;
    if (!tree || !isRecord(tab) || typeof tab['id'] !== 'string') return [];
    const sessions = sessionsOf(tree);
    const active = sessions.find((session) => session === tab['active']) ?? sessions[0] ?? '';
    return [{ id: tab['id'], tree, active }];
  });
  const active = isRecord(value) ? value['active'] : '';
  return { tabs, active: (tabs.find(({ id }) => id === active) ?? tabs[0])?.id ?? '' };
}

function toTree(value: unknown, depth: number): PaneTree | null {
  if (!isRecord(value) || depth > MAX_DEPTH) return null;
  if (typeof value['session'] === 'string') return { session: value['session'] };
  const first = toTree(value['first'], depth + 1);
  const second = toTree(value['second'], depth + 1);
  return first && second ? { below: value['below'] === true, first, second } : (first ?? second);
}
