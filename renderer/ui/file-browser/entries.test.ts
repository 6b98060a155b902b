import { describe, expect, it } from 'vitest';
import { type FileRow, isReachable, modeWords, rowId, shownRows } from './entries.ts';
import { rowAhead } from './type-ahead.ts';

function row(Name: string, change: Partial<FileRow> = {}): FileRow {
  const entry = { Name, IsEscaped: false, Type: 'file', Mode: 0o644, Size: 1, Uid: 0, Gid: 0, LinkTarget: '', Change: '', IsMount: false } as const;
  return { id: Name, ModTime: '2026-01-01T00:00:00Z', Version: '1-1', ...entry, ...change };
}
const names = (rows: readonly FileRow[]) => rows.map(({ Name }) => Name).join(' ');
const ALL = { match: '', hidden: false, changesOnly: false };
const rows = [
  row('b10'),
  row('b9', { Size: 5 }),
  row('.env', { Change: 'added' }),
  row('dir', { Type: 'directory' }),
  row('A', { Change: 'modified', Uid: 7 }),
];

describe('shownRows', () => {
  it.each([
    ['name', false, 'dir A b9 b10'],
    ['name', true, 'dir b10 b9 A'],
    ['size', true, 'dir b9 A b10'],
    ['owner', true, 'dir A b9 b10'],
  ])('puts folders first and orders by %s, descending %s', (column, descending, wanted) => {
    expect(names(shownRows(rows, ALL, { column, descending }))).toBe(wanted);
  });

  it('shows hidden files when asked to, and when their name is looked for', () => {
    const sort = { column: 'name', descending: false };
    expect(names(shownRows(rows, { ...ALL, hidden: true }, sort))).toContain('.env');
    expect(names(shownRows(rows, { ...ALL, match: 'EN' }, sort))).toBe('.env');
    expect(names(shownRows(rows, { match: '', hidden: true, changesOnly: true }, sort))).toBe('.env A');
  });
});

it.each([
  [{ Mode: 0o755, Type: 'directory' }, 'drwxr-xr-x'],
  [{ Mode: 0o4755, Type: 'file' }, '-rwsr-xr-x'],
  [{ Mode: 0o2644, Type: 'file' }, '-rw-r-Sr--'],
  [{ Mode: 0o1777, Type: 'directory' }, 'drwxrwxrwt'],
  [{ Mode: 0o777, Type: 'link' }, 'lrwxrwxrwx'],
] as const)('writes the mode of %j', (given, wanted) => {
  expect(modeWords(given)).toBe(wanted);
});

it('keeps rows of one name apart, and knows which can be asked for', () => {
  expect(new Set([row('a'), row('-a'), row('a', { Change: 'deleted' })].map(rowId)).size).toBe(3);
  expect(rowId(row('a b"\ud800'))).toMatch(/^\S+$/);
  expect([row('a'), row('a', { Change: 'deleted' }), row('a', { IsEscaped: true })].map(isReachable)).toEqual([true, false, true]);
});

it.each([
  ['b', null, 'b1'],
  ['b', 'b1', 'b2'],
  ['bb', 'b2', 'b3'],
  ['bbb', 'b3', 'b1'],
  ['b2', 'b2', 'b2'],
  ['B3', 'b1', 'b3'],
  ['.e', 'b1', '.env'],
  ['x', 'b1', undefined],
])('goes to the name that is typed: %j from %j to %j', (typed, active, wanted) => {
  expect(rowAhead([row('a'), row('b1'), row('b2'), row('b3'), row('.env')], active, typed)?.Name).toBe(wanted);
});
