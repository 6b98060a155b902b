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
    const fileView = { sort: { column: 'size', descending: true }, widths: { size: 120 }, hidden: true };
    first.setState({ fileView });
    const second = createUiStore(storage).getState();
    expect(second.lists.containers).toMatchObject({ sort: { column: 'cpu', descending: true }, widths: { image: 300 }, scope: 'all' });
    expect(second.fileView).toEqual(fileView);
    expect([second.detailsTab.images, second.dock, second.splits['containers-right'], second.scrolls]).toEqual([
      'inspect',
      'below',
      { first: 40, second: 60 },
      { disk: 140 },
    ]);
  });
  it('has saved searches of logs, also those of before they had names, and drops what is none', () => {
    const whole = { name: 'Errors at night', text: 'error', isRegex: true, isCaseSensitive: false, filters: true };
    const record = JSON.stringify({ logSearches: [whole, { text: 'old', isRegex: false, isCaseSensitive: true }, null, { name: 'x' }, 7, { text: '' }] });
    expect(createUiStore(memory(record)).getState().logSearches).toEqual([
      whole,
      { name: 'old', text: 'old', isRegex: false, isCaseSensitive: true, filters: false },
    ]);
    expect(createUiStore(memory('{"logSearches":{}}')).getState().logSearches).toEqual([]);
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
