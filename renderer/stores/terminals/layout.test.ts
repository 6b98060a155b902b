import { describe, expect, it } from 'vitest';
import type { TerminalRow } from '../../../electron/ipc/contract/terminals.ts';
import { neighbour, PANEL, reconciled, type TerminalLayout, withActive, withoutSession, withPane, withTab } from './layout.ts';

const row = (id: string, container = ''): TerminalRow => ({
  id,
  target: container === '' ? { kind: 'host' } : { kind: 'main', id: container },
  state: 'running',
  exitCode: null,
  error: '',
  detached: false,
});
const two = withTab(withTab({}, 'c', 'a'), 'c', 'b');

describe('tabs', () => {
  it('show what was added last', () => {
    expect(two).toEqual({
      c: {
        tabs: [
          { id: 'a', tree: { session: 'a' }, active: 'a' },
          { id: 'b', tree: { session: 'b' }, active: 'b' },
        ],
        active: 'b',
      },
    });
  });

  it('show the neighbour of one that goes, and go with the last', () => {
    expect(withoutSession(two, 'b')['c']?.active).toBe('a');
    expect(withoutSession(withActive(two, 'a'), 'a')['c']?.active).toBe('b');
    expect(withoutSession(withoutSession(two, 'a'), 'b')).toEqual({});
  });

  it('move to another place', () => {
    const moved = withTab(two, PANEL, 'a');
    expect([moved['c']?.tabs.length, moved[PANEL]?.active]).toEqual([1, 'a']);
  });

  it('stay as they are when nothing changes', () => {
    expect(withActive(two, 'b')).toBe(two);
    expect(withoutSession(two, 'nobody')).toBe(two);
  });
});

describe('panes', () => {
  const split = withPane(withPane(two, 'a', 'x', false), 'x', 'y', true);
  const tree = (layout: TerminalLayout) => layout['c']?.tabs[0]?.tree;

  it('lie beside and below each other', () => {
    expect(tree(split)).toEqual({ below: false, first: { session: 'a' }, second: { below: true, first: { session: 'x' }, second: { session: 'y' } } });
    expect(split['c']?.tabs[0]?.active).toBe('y');
  });

  it('give their room to their neighbour', () => {
    expect(tree(withoutSession(split, 'x'))).toEqual({ below: false, first: { session: 'a' }, second: { session: 'y' } });
    const one = withoutSession(withoutSession(split, 'y'), 'a');
    expect(one['c']?.tabs[0]).toEqual({ id: 'a', tree: { session: 'x' }, active: 'x' });
  });

  it('are gone through in a circle', () => {
    const strip = withActive(split, 'y')['c'];
    if (!strip) throw new Error('no strip');
    expect([neighbour(strip, 1), neighbour(strip, -1)]).toEqual(['a', 'x']);
    expect(neighbour({ tabs: [{ id: 'a', tree: { session: 'a' }, active: 'a' }], active: 'a' }, 1)).toBeNull();
  });
});

describe('a layout that was kept', () => {
  it('loses what is gone and gets what is new in its own place', () => {
    const layout = reconciled(withPane(two, 'a', 'x', true), [row('a', 'c'), row('h'), row('n', 'c'), row('o', 'd')]);
    expect(layout['c']?.tabs.map(({ id }) => id)).toEqual(['a', 'n']);
    expect(layout['c']?.active).toBe('a');
    expect(layout[PANEL]?.active).toBe('h');
    expect(layout['d']?.active).toBe('o');
  });

  it('stays the same object when all is as it was', () => {
    expect(reconciled(two, [row('a', 'c'), row('b', 'c')])).toBe(two);
  });
});
