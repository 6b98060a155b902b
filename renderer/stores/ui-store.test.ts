import { describe, expect, it } from 'vitest';
import { createUiStore } from './ui-store.ts';

function memory(initial?: string) {
  let text = initial ?? null;
  return { getItem: () => text, setItem: (_: string, value: string) => void (text = value), text: () => text };
}

describe('what the interface remembers', () => {
  it('comes back as it was left', () => {
    const storage = memory();
    const first = createUiStore(storage);
    first.setList('containers', { sort: { column: 'cpu', descending: true }, widths: { image: 300 } });
    first.setTab('images', 'inspect');
    first.setSplit('containers-right', { first: 40, second: 60 });
    first.setState({ dock: 'below' });
    first.setScroll('disk', 140);
    const second = createUiStore(storage).getState();
    expect(second.lists.containers).toMatchObject({ sort: { column: 'cpu', descending: true }, widths: { image: 300 }, scope: 'all' });
    expect([second.detailsTab.images, second.dock, second.splits['containers-right'], second.scrolls]).toEqual([
      'inspect',
      'below',
      { first: 40, second: 60 },
      { disk: 140 },
    ]);
  });
  it('leaves out filters, selections and dialogs', () => {
    const storage = memory();
    const store = createUiStore(storage);
    store.setFilter('containers', 'web');
    store.select('containers', new Set(['a']));
    store.setState({ run: { image: 'x' }, overlay: 'palette' });
    expect(storage.text()).toBeNull();
  });
  it.each(['not json', 'null', '[]', '{"lists":7}', '{"lists":{"containers":null}}'])('begins anew when its record is %s', (text) => {
    expect(createUiStore(memory(text)).getState().lists.containers.sort).toEqual({ column: 'created', descending: true });
  });
});
