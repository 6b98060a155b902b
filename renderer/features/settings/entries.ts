import { t } from '../../strings/t.ts';

const words = t.settings;

export const SECTIONS = {
  appearance: ['theme', 'density', 'zoom', 'language'],
  notifications: ['notifications'],
  startup: ['startAtLogin', 'startMinimised', 'closeToTray'],
  updates: ['version', 'updateCheck', 'updateDownload', 'updateChannel'],
  images: ['imageChecks'],
  engine: [
    'engine',
    'registry-mirrors',
    'insecure-registries',
    'http-proxy',
    'https-proxy',
    'no-proxy',
    'proxy-test',
    'dns',
    'dns-search',
    'dns-opts',
    'default-address-pools',
    'log-driver',
    'log-opts',
    'builder',
  ],
  resources: ['machine'],
  docker: ['context', 'socket'],
  shortcuts: ['shortcuts'],
} as const;
export type Section = keyof typeof SECTIONS;
export const SECTION_IDS = Object.keys(SECTIONS) as readonly Section[];

/** What one setting is called and what it does. */
export const wordsOf = (id: string): readonly [title: string, hint: string] => words.rows[id] ?? [id, ''];

/** The section and the setting that `/settings/engine.dns` names; what is unknown is the first section. */
export function placeOf(id: string | null): { readonly section: Section; readonly entry: string | null } {
  const [name = '', entry = null] = (id ?? '').split('.', 2);
  const section = SECTION_IDS.find((one) => one === name) ?? 'appearance';
  return { section, entry };
}

const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Settings of which each word of the query is in the title, the hint, the key or the section's title; null: no query. */
export function matching(query: string): ReadonlySet<string> | null {
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return null;
  const found = SECTION_IDS.flatMap((section) =>
    SECTIONS[section].filter((id) => {
      const text = folded(`${words.sections[section]} ${wordsOf(id).join(' ')} ${id} ${id === 'notifications' ? Object.values(words.notices).join(' ') : ''}`);
      return wanted.every((word) => text.includes(word));
    }),
  );
  return new Set(found);
}
