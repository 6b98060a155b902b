import { expect, it } from 'vitest';
import type { VolumeRow } from '../../../runtime/api/types/feed.ts';
import { inScope, kindOf, knownBytes, listed, matches, prunable, volumeTitle } from './view-model.ts';

function row(id: string, change: Partial<VolumeRow> = {}): VolumeRow {
  return { id, driver: 'local', mountpoint: '', createdAt: 1, labels: {}, options: {}, usedBy: [], ...change };
}
const anonymous = row('f'.repeat(64), { labels: { 'com.docker.volume.anonymous': '' }, createdAt: 9 });
const rows = [row('db10', { usedBy: ['c'], createdAt: 5 }), row('db9', { labels: { team: 'shop' } }), anonymous];
const sizes = new Map([
  ['db10', 10],
  ['db9', 700],
  [anonymous.id, null],
]);

it.each([
  ['name', false, ['db9', 'db10', anonymous.id]],
  ['size', true, ['db9', 'db10', anonymous.id]],
  ['created', true, [anonymous.id, 'db10', 'db9']],
  ['usedBy', true, ['db10', anonymous.id, 'db9']],
])('lists by %s, descending %s', (column, descending, wanted) => {
  expect(listed(rows, 'all', '', { column, descending }, sizes)).toEqual(wanted);
});

it('finds by name and label, and keeps to the scope', () => {
  expect(rows.filter((one) => matches(one, 'TEAM=shop db')).map(({ id }) => id)).toEqual(['db9']);
  expect(rows.filter((one) => inScope(one, 'used')).map(({ id }) => id)).toEqual(['db10']);
  expect(rows.filter((one) => inScope(one, 'unused'))).toHaveLength(2);
});

it('prunes what is unused, with a name only when that is wanted', () => {
  expect(prunable(rows, false)).toEqual([anonymous]);
  expect(prunable(rows, true).map(({ id }) => id)).toEqual(['db9', anonymous.id]);
  expect(knownBytes(['db10', 'db9', anonymous.id, 'new'], sizes)).toBe(710);
});

it('names kinds, and those without a name by their first digits', () => {
  expect([volumeTitle(anonymous), volumeTitle(row('db'))]).toEqual(['f'.repeat(12), 'db']);
  expect([{}, { type: 'tmpfs', device: 'tmpfs' }, { type: 'none', device: '/srv', o: 'bind' }].map((options) => kindOf({ options }))).toEqual([
    'local',
    'tmpfs',
    'bind',
  ]);
});
