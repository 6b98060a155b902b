import { describe, expect, it } from 'vitest';
import { type Column, fittingColumns, gridTemplate, movedIndex, range } from './table-layout.ts';

const column = (id: string, width: number, dispensable: number, grows = 0): Column => ({ id, label: id, width, dispensable, grows, Cell: () => null });
const columns = [column('name', 100, 0, 1), column('image', 100, 2), column('cpu', 80, 1), column('created', 90, 3)];
const names = (available: number) => fittingColumns(columns, {}, available).map(({ id }) => id);

describe('columns', () => {
  it('drops the most dispensable first and keeps the order', () => {
    expect(names(500)).toEqual(['name', 'image', 'cpu', 'created']);
    expect(names(350)).toEqual(['name', 'image', 'cpu']);
    expect(names(230)).toEqual(['name', 'cpu']);
    expect(names(10)).toEqual(['name']);
  });
  it('uses the widths the user has set', () => {
    expect(fittingColumns(columns, { image: 300 }, 520).map(({ id }) => id)).toEqual(['name', 'image', 'cpu']);
    expect(gridTemplate(columns.slice(0, 2), { image: 150 })).toBe('36px minmax(100px, 1fr) 150px');
  });
});

describe('movedIndex', () => {
  it('stays inside the list', () => {
    expect([movedIndex('ArrowDown', 9, 10, 5), movedIndex('ArrowUp', 0, 10, 5), movedIndex('PageDown', 7, 10, 5), movedIndex('PageUp', 2, 10, 5)]).toEqual([
      9, 0, 9, 0,
    ]);
  });
  it('begins at an end when nothing is active', () => expect([movedIndex('ArrowDown', -1, 10, 5), movedIndex('ArrowUp', -1, 10, 5)]).toEqual([0, 9]));
  it('leaves other keys alone', () => expect(movedIndex('x', 1, 10, 5)).toBeNull());
});

describe('range', () => {
  const ids = ['a', 'b', 'c', 'd'];
  it('works both ways', () => {
    expect(range(ids, 'b', 'd')).toEqual(['b', 'c', 'd']);
    expect(range(ids, 'd', 'c')).toEqual(['c', 'd']);
  });
  it('is one row without a start', () => expect([range(ids, null, 'c'), range(ids, 'gone', 'c'), range(ids, 'a', 'gone')]).toEqual([['c'], ['c'], []]));
});
