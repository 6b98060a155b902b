import { beforeEach, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { CommandContext } from '../stores/commands.ts';
import type { Link } from '../stores/engine-store.ts';
import { createUiStore, type UiStore } from '../stores/ui-store.ts';
import { fakeContainers, fakeImages } from '../testkit/fake-objects.ts';
import { menuCommands, onceKnown, openLink } from './shell-commands.ts';

const [web] = fakeContainers(1, 0);
const [image] = fakeImages(1, 0, []);
if (!web || !image) throw new Error('a container and an image');
const byId = <T extends { readonly id: string }>(row: T) => new Map([[row.id, row]]);
let ui: UiStore;
let visited: string[];
let told: string[];
let context: CommandContext;

beforeEach(() => {
  ui = createUiStore({ getItem: () => null, setItem: () => undefined });
  visited = [];
  told = [];
  const state = { containers: byId(web), images: byId(image), volumes: new Map(), networks: new Map() };
  context = {
    navigate: (path: string) => visited.push(path),
    commands: { app: [], objects: [], kinds: [] },
    services: { ui, engine: { getState: () => state }, toasts: { add: ({ title }: { title: string }) => told.push(title) } },
  } as unknown as CommandContext;
});

it('shows objects by name and by id, on the tab that is asked for', () => {
  openLink(context, { verb: 'container', name: web.name, tab: 'stats' });
  openLink(context, { verb: 'container', name: web.id.slice(0, 12), tab: '' });
  openLink(context, { verb: 'image', name: image.tags[0] ?? '', tab: '' });
  expect(visited).toEqual([`/containers/${web.id}`, `/containers/${web.id}`, `/images/${encodeURIComponent(image.id)}`]);
  expect(ui.getState().detailsTab.containers).toBe('stats');
});

it('says that an object is not there, beside those that are', () => {
  openLink(context, { verb: 'volume', name: 'gone', tab: '' });
  expect(visited).toEqual(['/volumes']);
  expect(told).toHaveLength(1);
});

it('only fills in the forms of a run and a pull', () => {
  openLink(context, { verb: 'run', image: 'nginx' });
  openLink(context, { verb: 'pull', image: 'redis' });
  expect([ui.getState().run, ui.getState().asking]).toEqual([{ image: 'nginx' }, { command: 'image.pull', ids: ['redis'] }]);
});

it('searches and shows places', () => {
  openLink(context, { verb: 'search', text: 'timed out' });
  openLink(context, { verb: 'show', place: 'activity' });
  expect([ui.getState().overlay, ui.getState().paletteText, visited]).toEqual(['palette', 'timed out', ['/activity']]);
});

it('gives menus the keys as they are now', () => {
  const run = () => undefined;
  const app = [
    { id: 'a', title: 'A', group: '', keys: 'Mod+A', menu: 'file' as const, run },
    { id: 'b', title: 'B', group: '', run },
    { id: 'c', title: 'C', group: '', keys: 'Mod+C', menu: 'go' as const, run },
  ];
  expect(menuCommands({ commands: { app, objects: [], kinds: [] } }, { a: 'Mod+P', c: '' })).toEqual([
    { id: 'a', title: 'A', keys: 'Mod+P', menu: 'file' },
    { id: 'c', title: 'C', keys: '', menu: 'go' },
  ]);
});

it('waits for the objects before it looks for one, and does it once', () => {
  const engine = createStore<{ link: Link }>(() => ({ link: 'stale' }));
  let ran = 0;
  onceKnown({ services: { engine } } as unknown as CommandContext, () => ran++);
  engine.setState({ link: 'loading' });
  expect(ran).toBe(0);
  engine.setState({ link: 'live' });
  engine.setState({ link: 'down' });
  expect(ran).toBe(1);
  onceKnown({ services: { engine } } as unknown as CommandContext, () => ran++);
  expect(ran).toBe(2);
});
