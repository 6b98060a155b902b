import { describe, expect, it } from 'vitest';
import type { ContainerRow } from '../../../runtime/api/types/feed.ts';
import type { MetricPoint } from '../../../runtime/api/types/metrics.ts';
import { fakeContainers } from '../../testkit/fake-objects.ts';
import { filterOf } from './filter.ts';
import { groupTitle, inScope, isGroupId, isPod, listing, type View } from './listing.ts';

const [sample] = fakeContainers(1, 10_000);
const row = (id: string, change: Partial<ContainerRow> = {}): ContainerRow => {
  if (!sample) throw new Error('no sample');
  return { ...sample, id, name: id, image: 'nginx:1', labels: {}, ports: [], networks: ['bridge'], createdAt: 1, health: 'none', state: 'running', ...change };
};
const inProject = (project: string, service = 'web') => ({ 'com.docker.compose.project': project, 'com.docker.compose.service': service });
const point = (cpuPercent: number): MetricPoint => ({
  time: 0,
  cpuPercent,
  memory: cpuPercent,
  memoryLimit: 0,
  networkRx: 0,
  networkTx: cpuPercent,
  blockRead: 0,
  blockWrite: 0,
  pids: 1,
});
const view = (change: Partial<View> = {}): View => ({
  scope: 'all',
  filter: '',
  sort: { column: 'created', descending: true },
  grouped: true,
  folded: [],
  ...change,
});
const by = (column: string, descending = false) => ({ sort: { column, descending } });

describe('listing', () => {
  const rows = [
    row('a', { name: 'web-10', createdAt: 3 }),
    row('b', { name: 'web-9', createdAt: 2, state: 'exited' }),
    row('c', { name: 'db', image: 'postgres', createdAt: 1 }),
  ];
  const latest = (id: string) => ({ a: point(1), c: point(9) })[id];
  const ids = (change: Partial<View>) => listing(rows, view(change), latest).rows.join('');
  it('sorts names as people count', () => expect(ids(by('name'))).toBe('cba'));
  it('puts what is not measured below what is', () => expect([ids(by('cpu', true)), ids(by('cpu')), ids(by('network', true))]).toEqual(['cab', 'bac', 'cab']));
  it('shows what is up or what is not', () => {
    expect([ids({ scope: 'running', ...by('created') }), ids({ scope: 'stopped' })]).toEqual(['ca', 'b']);
    expect(inScope(row('x', { state: 'paused' }), 'running')).toBe(true);
  });
});

describe('groups', () => {
  const rows = [
    row('a', { labels: inProject('shop'), createdAt: 9 }),
    row('b', { createdAt: 8 }),
    row('c', { labels: inProject('shop'), createdAt: 7, state: 'exited' }),
    row('d', { labels: inProject('blog'), createdAt: 6 }),
  ];
  const latest = (id: string) => ({ a: point(2), b: point(3), c: point(2), d: point(1) })[id];
  const shown = (change: Partial<View> = {}) => listing(rows, view(change), latest).rows.join(' ');
  it('are counted whole, whatever is left of them', () => {
    const { members, whole } = listing(rows, view({ scope: 'running' }), latest);
    const [head = ''] = [...members.keys()].filter((id) => groupTitle(id) === 'shop');
    expect([members.get(head), whole.get(head)]).toEqual([['a'], ['a', 'c']]);
    expect([...whole.keys()]).toEqual([...members.keys()]);
  });
  it('are pods as well, by their labels, apart from projects of the same name', () => {
    const pod = (name: string, namespace = 'default') => ({ 'io.kubernetes.pod.name': name, 'io.kubernetes.pod.namespace': namespace });
    const some = [
      row('a', { labels: inProject('shop'), createdAt: 9 }),
      row('b', { labels: pod('shop'), createdAt: 8 }),
      row('c', { labels: pod('shop', 'test'), createdAt: 7 }),
      row('d', { labels: { ...pod('shop'), ...inProject('shop') }, createdAt: 6 }),
    ];
    const { rows: shownRows } = listing(some, view({ folded: ['pod/test/shop'] }), latest);
    expect(shownRows.join(' ')).toBe('project/shop a d project/pod/shop b project/pod/test/shop');
    expect(shownRows.filter(isGroupId).map((id) => [groupTitle(id), isPod(id)])).toEqual([
      ['shop', false],
      ['shop', true],
      ['test/shop', true],
    ]);
    expect(filterOf('pod:test')(some[2] ?? expect.fail())).toBe(true);
  });
  it('stand where their first container would, their members below them', () => expect(shown()).toBe('project/shop a c b project/blog d'));
  it('keep their members to themselves while folded', () => {
    const { rows: ids, containers, members, groupOf } = listing(rows, view({ folded: ['shop'] }), latest);
    expect([ids.join(' '), containers.join(''), members.get('project/shop'), groupOf.get('c')]).toEqual([
      'project/shop b project/blog d',
      'acbd',
      ['a', 'c'],
      'project/shop',
    ]);
  });
  it('are sorted by their own names and by what all of them use', () => {
    expect([shown(by('name')), shown(by('cpu', true))]).toEqual(['b project/blog d project/shop a c', 'project/shop a c b project/blog d']);
  });
  it('are left out when nothing in them matches, or when they are not wanted', () => {
    expect([shown({ filter: 'project:blog' }), shown({ grouped: false })]).toEqual(['project/blog d', 'a b c d']);
  });
});

describe('filterOf', () => {
  const subject = row('ffee', {
    name: 'web',
    labels: { tier: 'front', ...inProject('shop') },
    networks: ['shop_default'],
    ports: [{ container: 80, host: 8080, protocol: 'tcp', address: '0.0.0.0' }],
    health: 'unhealthy',
  });
  it.each([
    'WEB nginx',
    'ffe',
    'tier=front',
    'label:tier',
    'port:8080',
    'port:80',
    'network:shop',
    'state:running',
    'state:unhealthy',
    'state:up',
    'health:unh',
    'project:shop',
    '8080',
    '-state:exited',
    'state:',
  ])('%s matches', (filter) => expect(filterOf(filter)(subject)).toBe(true));
  it.each(['redis', 'port:808', 'state:exited', 'state:stopped', 'label:tier=back', 'web -nginx', 'name:nginx'])('%s does not', (filter) =>
    expect(filterOf(filter)(subject)).toBe(false),
  );
});
