import { expect, it } from 'vitest';
import { WORDS } from '../words/words.ts';
import type { TrayContainer } from './tray-containers.ts';
import { type TrayActions, type TrayState, trayMenu } from './tray-menu.ts';

type Items = ReturnType<typeof trayMenu>;
const RUNNING = { state: 'running', reason: '', version: '1' } as const;
const container = (name: string, given: Partial<TrayContainer> = {}): TrayContainer => ({
  id: `id-${name}`,
  name,
  image: 'busybox',
  project: '',
  running: true,
  ports: [],
  ...given,
});

function recorded() {
  const done: string[] = [];
  const actions: TrayActions = {
    open: (path) => done.push(`open ${path}`),
    openContainer: (id, tab) => done.push(`${tab} ${id}`),
    openPort: (url) => done.push(url),
    quit: () => done.push('quit'),
    startEngine: () => done.push('engine'),
    container: (id, verb) => done.push(`${verb} ${id}`),
  };
  return { done, actions };
}
const state = (containers: readonly TrayContainer[], given: Partial<TrayState> = {}): TrayState => ({
  engine: RUNNING,
  containers,
  runningTasks: 0,
  words: WORDS.en.tray,
  language: 'en',
  ...given,
});
const labels = (menu: Items) => menu.map((item) => item.label ?? '-');
const inside = (menu: Items, label: string) => (menu.find((item) => item.label === label)?.submenu ?? []) as Items;
const clickAll = (menu: Items): void => {
  for (const item of menu) (item.click as (() => void) | undefined)?.();
};

it('lists running containers project by project, with what can be done, and keeps the stopped ones below', () => {
  const { done, actions } = recorded();
  const all = [
    container('db', { project: 'shop' }),
    container('api', { project: 'shop', ports: [8080, 8081].map((host) => ({ host, url: `http://localhost:${host}/` })) }),
    container('zoo'),
    container('old', { running: false }),
  ];
  const menu = trayMenu(state(all), actions);
  expect(labels(menu)).toEqual(['Engine is running', '-', 'Running', 'zoo', 'shop', 'api', 'db', 'Stopped', '-', 'Open Slipway', 'Settings…', '-', 'Quit']);
  expect(labels(inside(menu, 'api'))).toEqual(['Stop', 'Restart', '-', 'Logs', 'Terminal', 'Open port 8080', 'Open port 8081']);
  clickAll(inside(menu, 'api'));
  clickAll(inside(inside(menu, 'Stopped'), 'old'));
  clickAll(menu);
  expect(done).toEqual([
    ...['stop id-api', 'restart id-api', 'logs id-api', 'terminal id-api', 'http://localhost:8080/', 'http://localhost:8081/'],
    ...['start id-old', 'open ', 'open /settings', 'quit'],
  ]);
});

it('tells the count of what is too much to list, and shows the list', () => {
  const { done, actions } = recorded();
  const menu = trayMenu(state(Array.from({ length: 10_000 }, (_, index) => container(`c${index}`, { running: index % 2 === 0 }))), actions);
  expect(menu.length).toBeLessThan(30);
  expect(labels(menu)).toContain('4985 more');
  expect(labels(inside(menu, 'Stopped'))).toHaveLength(16);
  (menu.find(({ label }) => label === '4985 more')?.click as () => void)();
  expect(done).toEqual(['open /containers']);
});

it('counts the tasks that run, which lead to the activity', () => {
  const { done, actions } = recorded();
  const menu = trayMenu(state([], { runningTasks: 2 }), actions);
  expect(labels(menu).slice(0, 4)).toEqual(['Engine is running', '2 tasks are running', '-', 'No container is running']);
  (menu[1]?.click as () => void)();
  expect(done).toEqual(['open /activity']);
});

it.each(['stopped', 'failed'] as const)('offers to start an engine that is %s, and no containers', (word) => {
  const { done, actions } = recorded();
  const menu = trayMenu(state([container('a')], { engine: { state: word, reason: 'why', version: '' } }), actions);
  expect(labels(menu)).toEqual([`Engine ${word === 'failed' ? 'has failed' : 'is stopped'}`, 'Start engine', '-', 'Open Slipway', 'Settings…', '-', 'Quit']);
  (menu[1]?.click as () => void)();
  expect(done).toEqual(['engine']);
});

it('shows names of others as one short line that marks no key', () => {
  const menu = trayMenu(state([container(`a&b\u202Egnp.exe\n${'x'.repeat(200)}`, { image: '<img&>', project: '\u0007p' })]), recorded().actions);
  const shown = menu.find(({ submenu }) => submenu);
  expect(shown?.label).toMatch(/^a&&b gnp\.exe x+…$/);
  expect(shown?.sublabel).toBe('<img&&>');
  expect(labels(menu)).toContain('p');
});

it('speaks the language of the user', () => {
  const menu = trayMenu(state([container('a')], { words: WORDS.de.tray, language: 'de' }), recorded().actions);
  expect(labels(menu)).toEqual(['Engine läuft', '-', 'Laufend', 'a', '-', 'Slipway öffnen', 'Einstellungen …', '-', 'Beenden']);
});
