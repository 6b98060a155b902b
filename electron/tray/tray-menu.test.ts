import { describe, expect, it } from 'vitest';
import type { ContainerRow, FeedMessage } from '../../runtime/api/types/feed.ts';
import { applyFeed, type Containers } from './running-containers.ts';
import { type TrayActions, trayMenu } from './tray-menu.ts';

const RUNNING = { state: 'running', reason: '', version: '1' } as const;

function containers(count: number, running: boolean): Containers {
  return new Map(
    Array.from({ length: count }, (_, index) => [`id${index}`, { id: `id${index}`, name: `c${String(index).padStart(2, '0')}`, image: 'busybox', running }]),
  );
}

function recorded() {
  const done: string[] = [];
  const actions: TrayActions = {
    open: () => done.push('open'),
    quit: () => done.push('quit'),
    startEngine: () => done.push('engine'),
    startContainer: (id) => done.push(`start ${id}`),
    stopContainer: (id) => done.push(`stop ${id}`),
  };
  return { done, actions };
}
const labels = (menu: ReturnType<typeof trayMenu>) => menu.map((item) => item.label ?? '-');
const click = (item: { click?: unknown } | undefined) => (item?.click as () => void)();

describe('trayMenu', () => {
  it('lists running containers, stops them, and keeps the stopped ones below', () => {
    const { done, actions } = recorded();
    const all = new Map([...containers(2, true), ['x', { id: 'x', name: 'x', image: 'a&b', running: false }] as const]);
    const menu = trayMenu(RUNNING, all, actions);
    expect(labels(menu)).toEqual(['Engine is running', '-', 'Running', 'c00', 'c01', 'Stopped', '-', 'Open Slipway', 'Quit']);
    click((menu[3]?.submenu as ReturnType<typeof trayMenu>)[0]);
    const stopped = menu[5]?.submenu as ReturnType<typeof trayMenu>;
    expect(stopped[0]?.sublabel).toBe('a&&b');
    click((stopped[0]?.submenu as ReturnType<typeof trayMenu>)[0]);
    click(menu[7]);
    click(menu[8]);
    expect(done).toEqual(['stop id0', 'start x', 'open', 'quit']);
  });

  it('tells the count of what is too much to list', () => {
    const menu = trayMenu(RUNNING, containers(15, true), recorded().actions);
    expect(labels(menu)).toContain('3 more');
    expect(menu.filter((item) => item.submenu)).toHaveLength(12);
  });

  it.each(['stopped', 'failed'] as const)('offers to start an engine that is %s, and no containers', (state) => {
    const { done, actions } = recorded();
    const menu = trayMenu({ state, reason: 'why', version: '' }, containers(1, true), actions);
    expect(labels(menu)).toEqual([`Engine ${state === 'failed' ? 'has failed' : 'is stopped'}`, 'Start engine', '-', 'Open Slipway', 'Quit']);
    click(menu[1]);
    expect(done).toEqual(['engine']);
  });
});

describe('applyFeed', () => {
  const row = (id: string, state: ContainerRow['state']) => ({ id, name: id, image: 'i', state, labels: {} }) as ContainerRow;
  const snapshot: FeedMessage = { seq: 1, snapshot: { containers: [row('a', 'running'), row('b', 'exited')], images: [], volumes: [], networks: [] } };

  it('takes a snapshot in place of what was, then changes', () => {
    const first = applyFeed(containers(1, true), snapshot);
    expect([...first.values()]).toEqual([
      { id: 'a', name: 'a', image: 'i', running: true },
      { id: 'b', name: 'b', image: 'i', running: false },
    ]);
    const changes: FeedMessage = {
      seq: 2,
      changes: [
        { kind: 'container', id: 'a', value: null },
        { kind: 'container', id: 'b', value: row('b', 'running') },
        { kind: 'image', id: 'x', value: null },
      ],
    };
    expect([...applyFeed(first, changes).values()]).toEqual([{ id: 'b', name: 'b', image: 'i', running: true }]);
  });

  it('leaves out the debug shell of a container', () => {
    const debug = { ...row('b', 'running'), labels: { 'io.slipway.debug': 'a' } };
    expect([...applyFeed(applyFeed(new Map(), snapshot), { seq: 2, changes: [{ kind: 'container', id: 'b', value: debug }] }).keys()]).toEqual(['a']);
  });

  it('is the same map when nothing changed that the tray shows', () => {
    const first = applyFeed(new Map(), snapshot);
    expect(applyFeed(first, { seq: 2, changes: [{ kind: 'container', id: 'b', value: row('b', 'dead') }] })).toBe(first);
  });
});
