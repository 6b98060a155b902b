import { describe, expect, it } from 'vitest';
import type { CommandContext, Commands, ObjectCommand } from '../stores/commands.ts';
import { appEntries, commandEntries, type Entry, found, LIMIT, objectEntries } from './palette-entries.ts';

const nothing = () => undefined;
const verb = (name: string, able: (id: string) => boolean): ObjectCommand => ({
  id: `container.${name}`,
  place: 'containers',
  title: name,
  titleFor: (names) => `${name} ${names.join(' ')}`,
  several: true,
  eligible: (_, id) => able(id),
  run: nothing,
});
const rows = ['web', 'api', 'webhook', 'shop-web'].map((name) => ({ id: `id-${name}`, name, note: 'nginx' }));
const commands: Commands = {
  app: [
    { id: 'app.palette', title: 'Search', group: 'Everywhere', run: nothing },
    { id: 'run', title: 'Run a container', group: 'Containers', keys: 'Mod+R', run: nothing },
    { id: 'never', title: 'Run never', group: 'Containers', enabled: () => false, run: nothing },
  ],
  objects: [verb('Stop', (id) => id !== 'id-web'), verb('Start', (id) => id === 'id-web')],
  kinds: [
    {
      place: 'containers',
      title: 'Container',
      heading: 'Containers',
      icon: {} as Entry['icon'] & object,
      list: () => rows,
      nameOf: (_, id) => rows.find((row) => row.id === id)?.name,
    },
  ],
};
const visited: string[] = [];
const context = {
  commands,
  navigate: (path: string) => visited.push(path),
  services: { settings: { getState: () => ({ shortcuts: { run: 'Mod+Shift+R' } }) }, engine: { getState: () => ({}) } },
} as unknown as CommandContext;
const entries = [...appEntries(context), ...commands.kinds.flatMap((kind) => objectEntries(context, kind))];
const titles = (query: string, recent: readonly string[] = []) =>
  found(context, entries, query, recent).flatMap((section) => section.entries.map(({ title }) => title));

describe('without words', () => {
  it('offers what was used lately, then what can be done', () => {
    const [first, second] = found(context, entries, '', ['containers/id-api', 'containers/gone']);
    expect(first?.entries.map(({ title }) => title)).toEqual(['api']);
    expect(second?.entries.map(({ title, keys }) => [title, keys])).toEqual([['Run a container', 'Mod+Shift+R']]);
  });
});

describe('with words', () => {
  it('finds objects by name, the best first, what was used lately before its equals', () => {
    expect(titles('web')).toEqual(['web', 'webhook', 'shop-web']);
    expect(titles('we', ['containers/id-webhook']).indexOf('webhook')).toBeLessThan(titles('we', ['containers/id-webhook']).indexOf('web'));
  });
  it('does verbs to objects, but only those that can be done', () => {
    expect(titles('stop web').slice(0, 2)).toEqual(['Stop webhook', 'Stop shop-web']);
    expect(titles('start web')[0]).toBe('Start web');
    expect(titles('stop')).toEqual(['Stop api', 'Stop webhook', 'Stop shop-web']);
  });
  it('finds nothing for nonsense', () => expect(titles('qqqq')).toEqual([]));
  it('shows a few tasks only, however often the same was done', () => {
    const tasks = Array.from({ length: 9 }, (_, index) => ({ id: `t${index}`, name: `Push web ${index}`, note: '' }));
    const kind = {
      place: 'activity',
      title: 'Task',
      heading: 'Activity',
      icon: {} as Entry['icon'] & object,
      list: () => tasks,
      nameOf: () => undefined,
    } as const;
    const sections = found(context, [...objectEntries(context, kind), ...entries], 'web', []);
    expect(sections.map(({ title, entries: held }) => [title, held.length])).toEqual([
      ['Containers', 3],
      ['Activity', 3],
    ]);
  });
  it('stops at a limit', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ ...(entries[1] as Entry), id: `${index}` }));
    expect(found(context, many, 'web', []).flatMap((section) => section.entries).length).toBe(LIMIT);
  });
});

it('opens details, and lists what can be done with one object', () => {
  entries.find(({ title }) => title === 'api')?.run();
  expect(visited).toEqual(['/containers/id-api']);
  expect(commandEntries(context, { place: 'containers', id: 'id-web' }, 'web').map(({ title }) => title)).toEqual(['Start web']);
});
