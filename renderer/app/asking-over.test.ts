import { beforeEach, expect, it } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CommandContext } from '../stores/commands.ts';
import type { Objects } from '../stores/engine-store.ts';
import { createUiStore, type UiStore } from '../stores/ui-store.ts';
import { fakeImages } from '../testkit/fake-objects.ts';
import { endQuestions } from './asking-over.ts';

const images = fakeImages(2, 0, []);
const idOf = (index: number): string => images[index]?.id ?? '';
let ui: UiStore;
let engine: StoreApi<Objects>;
let told: string[];

/** What the engine has from now on. */
const has = (...rows: readonly (typeof images)[number][]) => engine.setState({ images: new Map(rows.map((row) => [row.id, row])) });

beforeEach(() => {
  ui = createUiStore({ getItem: () => null, setItem: () => undefined });
  told = [];
  engine = createStore<Objects>(() => ({ containers: new Map(), images: new Map(), volumes: new Map(), networks: new Map() }));
  has(...images);
  const kinds = [{ place: 'images', nameOf: (state: Objects, id: string) => state.images.get(id)?.tags[0] }];
  endQuestions({
    commands: { app: [], objects: [], kinds },
    services: { ui, engine, toasts: { add: ({ title }: { title: string }) => told.push(title) } },
  } as unknown as CommandContext);
});

it('ends with the last object that a question is about, says so, and is not asked again when that comes back', () => {
  ui.setState({ asking: { command: 'image.remove', ids: [idOf(0), idOf(1)] } });
  has(...images.slice(1));
  expect(ui.getState().asking).not.toBeNull();
  has();
  expect([ui.getState().asking, told]).toEqual([null, [`${images[1]?.tags[0]} was removed meanwhile`]]);
  has(...images);
  expect(ui.getState().asking).toBeNull();
});

it('goes on where a question is about a name, about nothing that is there yet, or about what is not of the engine', () => {
  for (const asking of [
    { command: 'image.pull', ids: ['nginx:1'] },
    { command: 'volume.create', ids: [] },
    { command: 'registry.login', ids: ['registry.example.com'] },
  ]) {
    ui.setState({ asking });
    has();
    has(...images);
    expect(ui.getState().asking).toBe(asking);
  }
  expect(told).toEqual([]);
});
