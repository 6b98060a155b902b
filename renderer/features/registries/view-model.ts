import type { RegistryRow } from '../../../electron/ipc/contract/registries.ts';
import type { Sort } from '../../stores/ui-store.ts';
import { byName } from '../../strings/format.ts';
import { t } from '../../strings/t.ts';

const words = t.registries;
const HOST = /^(?:[a-zA-Z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;

/** What a person types for a registry, without what addresses of web pages have around it. */
export const hostOf = (text: string): string =>
  text
    .trim()
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '');
export const isHost = (host: string): boolean => HOST.test(host);

/** Where the login is kept, in words. */
export function keeperText({ keeper, helper }: Pick<RegistryRow, 'keeper' | 'helper'>): string {
  return keeper === 'docker' && helper !== '' ? words.keepers.helper(helper) : words.keepers[keeper];
}

/** It is on the list for something that can be taken away. */
export const isRemovable = ({ added, keeper }: RegistryRow): boolean => added || keeper !== 'none';

const textOf = (column: string, row: RegistryRow): string => (column === 'username' ? row.username : column === 'keeper' ? keeperText(row) : row.host);

/** Docker's own stays first while nothing else is asked for. */
export function listedRegistries(rows: readonly RegistryRow[], filter: string, { column, descending }: Sort): readonly string[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = rows.filter((row) => wanted.every((word) => `${row.host} ${row.username}`.toLowerCase().includes(word)));
  const way = descending ? -1 : 1;
  const sorted = ['host', 'username', 'keeper'].includes(column)
    ? shown.toSorted((a, b) => way * byName(textOf(column, a), textOf(column, b)) || byName(a.host, b.host))
    : shown;
  return sorted.map(({ host }) => host);
}
