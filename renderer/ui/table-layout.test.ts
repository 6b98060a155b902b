import { describe, expect, it } from 'vitest';
import { type Column, fittingColumns, gridTemplate, headStep, movedBy, movedIndex, range, resizedTo, spreadWidths, standsApart } from './table-layout.ts';

const column = (id: string, width: number, dispensable: number, grows = 0): Column => ({ id, label: id, width, dispensable, grows, Cell: () => null });
const columns = [column('name', 100, 0, 1), column('image', 100, 2), column('cpu', 80, 1), column('created', 90, 3)];
const widthsIn = (available: number, widths = {}) => [...spreadWidths(columns, widths, available).values()];
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
    expect(widthsIn(436, { image: 150 })).toEqual([100, 150, 80, 90]);
    expect(widthsIn(1336, { image: 150 })[1]).toBe(150);
  });
  it('gives what is left to those that grow, until they are comfortable', () => {
    expect(widthsIn(406)).toEqual([100, 100, 80, 90]);
    expect(widthsIn(506)).toEqual([200, 100, 80, 90]);
    expect(widthsIn(746)).toEqual([440, 100, 80, 90]);
  });
  it('gives the rest to all by their width, save those without a head in sight', () => {
    expect(widthsIn(1116)).toEqual([540, 200, 160, 180]);
    const hidden = { ...column('actions', 64, 0), labelHidden: true };
    expect(spreadWidths([...columns, hidden], {}, 1180).get('actions')).toBe(64);
  });
  it('lets the first of them take what rounding leaves', () => {
    const spread = spreadWidths(columns.slice(0, 2), {}, 900);
    expect(gridTemplate(columns.slice(0, 2), spread)).toBe('36px minmax(100px, 602fr) 262px');
  });
  it('keeps text away from numbers before it', () => {
    const table = [column('name', 100, 0, 1), { ...column('cpu', 80, 1), align: 'end' as const }, column('ports', 80, 1), column('created', 80, 1)];
    expect(table.map((_, index) => standsApart(table, index))).toEqual([false, false, true, false]);
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

describe('resizedTo', () => {
  const image = columns[1] as Column;
  it('stays in bounds', () => expect([10, 150.4, 9000].map((width) => resizedTo(columns, {}, 5000, image, width))).toEqual([48, 150, 640]));
  it('pushes others out, never the column itself', () => {
    expect(resizedTo(columns, {}, 500, image, 200)).toBe(200);
    expect(resizedTo(columns, { image: 200 }, 500, image, 400)).toBe(200);
  });
});

describe('headStep', () => {
  const steps = (keys: readonly string[], shift = false) => keys.map((key) => headStep(key, shift, 1, 4));
  it('goes along the heads and stays among them', () => {
    expect(steps(['ArrowLeft', 'ArrowRight', 'Home', 'End', 'ArrowUp'])).toEqual([{ to: 0 }, { to: 2 }, { to: 0 }, { to: 3 }, { to: 1 }]);
    expect([headStep('ArrowLeft', false, 0, 4), headStep('ArrowRight', false, 3, 4)]).toEqual([{ to: 0 }, { to: 3 }]);
  });
  it('presses, and goes back to the rows', () => expect(steps(['Enter', ' ', 'ArrowDown', 'Escape'])).toEqual(['press', 'press', 'leave', 'leave']));
  it('changes the width with Shift, and knows no other key with it', () => {
    expect(steps(['ArrowLeft', 'ArrowRight', 'Enter', 'ArrowDown'], true)).toEqual([{ wider: -8 }, { wider: 8 }, null, null]);
  });
  it('leaves other keys alone', () => expect(steps(['s', 'Delete', 'PageDown'])).toEqual([null, null, null]));
});

describe('range', () => {
  const ids = ['a', 'b', 'c', 'd'];
  it('works both ways', () => {
    expect(range(ids, 'b', 'd')).toEqual(['b', 'c', 'd']);
    expect(range(ids, 'd', 'c')).toEqual(['c', 'd']);
  });
  it('is one row without a start', () => expect([range(ids, null, 'c'), range(ids, 'gone', 'c'), range(ids, 'a', 'gone')]).toEqual([['c'], ['c'], []]));
});

describe('movedBy', () => {
  const ids = (text: string) => text.split('');
  const by = (before: string, after: string) => movedBy(ids(before), ids(after), 2, 3);
  it('counts what came and went above the rows that are seen', () => {
    expect([by('abcdefg', 'xyabcdefg'), by('abcdefg', 'cdefg'), by('abcdefg', 'abcdefgxy')]).toEqual([2, -2, 0]);
  });
  it('goes by those that are left of them', () => expect([by('abcdefg', 'xabdefg'), by('abcdefg', 'ab')]).toEqual([0, 0]));
  it('stays where it is when they are sorted anew', () => expect(by('abcdefg', 'gfedcba')).toBe(0));
});
