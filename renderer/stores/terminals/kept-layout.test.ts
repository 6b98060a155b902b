import { expect, it } from 'vitest';
import { readLayout, writeLayout } from './kept-layout.ts';
import { type TerminalLayout, withPane, withTab } from './layout.ts';

const storage = (text: string | null) => ({ getItem: () => text });

it('gives back what was written', () => {
  const layout = withPane(withTab(withTab({}, 'c', 'a'), 'panel', 'b'), 'a', 'x', true);
  let kept = '';
  writeLayout({ setItem: (_key, value) => void (kept = value) }, layout);
  expect(readLayout(storage(kept))).toEqual(layout);
});

it.each([
  ['nothing', null],
  ['no JSON', '{'],
  ['a number', '7'],
  ['no tabs', '{"c":{}}'],
  ['tabs without a tree', '{"c":{"tabs":[{"id":"a"},null,3]}}'],
  ['a bottomless tree', `{"c":{"tabs":[{"id":"a","tree":${'{"below":true,"first":'.repeat(40)}{"session":"a"}${'}'.repeat(40)}}]}}`],
])('opens with %s', (_title, text) => {
  expect(readLayout(storage(text))).toEqual({});
});

it('mends what is half there', () => {
  const text = '{"c":{"tabs":[{"id":"a","tree":{"below":true,"first":{"session":"a"},"second":null},"active":"gone"}],"active":"gone"}}';
  const mended: TerminalLayout = { c: { tabs: [{ id: 'a', tree: { session: 'a' }, active: 'a' }], active: 'a' } };
  expect(readLayout(storage(text))).toEqual(mended);
});
