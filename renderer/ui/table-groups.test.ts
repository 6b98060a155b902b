import { describe, expect, it } from 'vitest';
import { objectsOf, sideways, type TableGroups, tickedOf } from './table-groups.ts';

const open = new Set(['g1']);
const MEMBERS: Readonly<Record<string, readonly string[]>> = { g1: ['a', 'b'], g2: ['c', 'd'] };
const groups: TableGroups = {
  isGroup: (id) => id in MEMBERS,
  groupOf: (id) => Object.keys(MEMBERS).find((group) => MEMBERS[group]?.includes(id)) ?? null,
  isOpen: (id) => open.has(id),
  onFold: () => undefined,
  members: (id) => MEMBERS[id] ?? [],
};
const ids = ['g1', 'a', 'b', 'g2', 'e'];

describe('objectsOf', () => {
  it('takes a folded group for its members and an open one for none', () => expect(objectsOf(ids, groups)).toEqual(['a', 'b', 'c', 'd', 'e']));
});

describe('tickedOf', () => {
  it('tells all, some and none', () => {
    expect([tickedOf(['a', 'b'], new Set(['a', 'b', 'x'])), tickedOf(['a', 'b'], new Set(['b'])), tickedOf(['a'], new Set(['x']))]).toEqual([
      'all',
      'some',
      'none',
    ]);
  });
});

describe('sideways', () => {
  const left = (id: string) => sideways('ArrowLeft', id, ids, groups);
  const right = (id: string) => sideways('ArrowRight', id, ids, groups);
  it('folds, unfolds, goes to the head and to the first below', () => {
    expect([left('g1'), right('g2'), left('b'), right('g1')]).toEqual([{ fold: false }, { fold: true }, { to: 'g1' }, { to: 'a' }]);
  });
  it('does nothing where there is nothing to do', () =>
    expect([left('g2'), left('e'), right('a'), right('e'), sideways('Enter', 'g1', ids, groups)]).toEqual([null, null, null, null, null]));
});
