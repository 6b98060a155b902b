import { describe, expect, it } from 'vitest';
import type { ContainerRow, NetworkRow } from '../../../runtime/api/types/feed.ts';
import { foldedAtFirst, layOut, portLabels, RAIL_GAP, ROW } from './map-layout.ts';

const container = (name: string, networks: readonly string[], more: Partial<ContainerRow> = {}) =>
  ({ id: `id-${name}`, name, networks, state: 'running', labels: {}, ports: [], ...more }) as unknown as ContainerRow;
const network = (name: string, members: readonly [string, string][] = [], more: Partial<NetworkRow> = {}) =>
  ({
    id: `n-${name}`,
    name,
    driver: 'bridge',
    builtIn: false,
    members: members.map(([one, ipv4]) => ({ container: `id-${one}`, ipv4, ipv6: '', mac: '', names: [one] })),
    ...more,
  }) as unknown as NetworkRow;
const inShop = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'x' };

const CONTAINERS = [
  container('solo', ['bridge']),
  container('shop-web-1', ['front', 'back'], { labels: inShop }),
  container('shop-db-1', ['back'], { labels: inShop, state: 'exited' }),
  container('helper', ['container:id-solo']),
  container('sealed', ['none']),
];
const NETWORKS = [
  network('bridge', [['solo', '172.17.0.2']], { builtIn: true }),
  network('back', [['shop-web-1', '10.1.0.2']]),
  network('front', [['shop-web-1', '10.2.0.2']]),
  network('spare'),
  network('none', [], { driver: 'null', builtIn: true }),
];
const map = (folded: readonly string[] = []) => layOut(CONTAINERS, NETWORKS, { folded: new Set(folded), room: 0 });
const row = (key: string, folded: readonly string[] = []) => map(folded).rows.find((one) => one.key === key) ?? expect.fail(`no row ${key}`);

describe('the map', () => {
  it('has projects first, each with its members below it, and rows that do not meet', () => {
    const { rows, height } = map();
    expect(rows.map(({ key }) => key)).toEqual(['project:shop', 'id-shop-db-1', 'id-shop-web-1', 'id-helper', 'id-sealed', 'id-solo']);
    expect(rows.map(({ y }) => y)).toEqual([0, 1, 2, 3, 4, 5].map((index) => index * ROW + ROW / 2));
    expect(height).toBeGreaterThan(rows.length * ROW);
    expect(row('id-shop-db-1').label).toBe('db-1');
  });

  it('has a rail for each network that is used, where it is first needed', () => {
    const { rails, unused, width } = map();
    expect(rails.map(({ network: { name } }) => name)).toEqual(['back', 'front', 'bridge']);
    expect(rails.map(({ x }) => x - (rails[0]?.x ?? 0))).toEqual([0, RAIL_GAP[0], 2 * RAIL_GAP[0]]);
    expect(unused).toBe(1);
    expect(width).toBeGreaterThan(rails.at(-1)?.x ?? 0);
  });

  it('fills the room there is, with boxes and rails no further apart than eyes follow', () => {
    const least = map();
    const inRoom = (room: number) => layOut(CONTAINERS, NETWORKS, { folded: new Set(), room });
    expect(inRoom(least.width)).toEqual(least);
    const wide = inRoom(least.width + 300);
    expect(wide.box).toBeGreaterThan(least.box);
    expect(wide.width).toBeLessThanOrEqual(least.width + 300);
    expect(wide.width).toBeGreaterThan(least.width + 290);
    expect(inRoom(10_000)).toMatchObject({ box: 400, railGap: RAIL_GAP[1] });
  });

  it('lets a rail reach from its first to its last stop', () => {
    const [back] = map().rails;
    expect([back?.top, back?.bottom]).toEqual([row('id-shop-db-1').y, row('id-shop-web-1').y]);
  });

  it('marks where lines meet rails, with the address of who runs', () => {
    expect(row('id-shop-web-1').stops.map(({ network: id, up, address }) => [id, up, address])).toEqual([
      ['n-back', true, '10.1.0.2'],
      ['n-front', true, '10.2.0.2'],
    ]);
    expect(row('id-shop-db-1').stops).toMatchObject([{ network: 'n-back', up: false, address: '' }]);
    expect(row('id-shop-web-1').end).toBe(row('id-shop-web-1').stops[1]?.x);
  });

  it('gives a folded project the stops of its members, an open one none', () => {
    expect(row('project:shop').stops).toEqual([]);
    const folded = row('project:shop', ['project:shop']);
    expect(folded.stops.map(({ network: id, up }) => [id, up])).toEqual([
      ['n-back', true],
      ['n-front', true],
    ]);
    expect(map(['project:shop']).rows).toHaveLength(4);
  });

  it('tells whose network a container shares, and leaves those without one without a line', () => {
    expect([row('id-helper').shares, row('id-helper').end]).toEqual(['solo', 0]);
    expect([row('id-sealed').shares, row('id-sealed').end]).toEqual(['', 0]);
  });

  it('is of nothing when there is nothing', () => {
    expect(layOut([], NETWORKS, { folded: new Set(), room: 0 })).toMatchObject({ rows: [], rails: [], unused: 3 });
  });
});

it('folds projects at first when there are many containers', () => {
  const many = Array.from({ length: 60 }, (_, index) => container(`c${index}`, ['bridge'], { labels: index < 30 ? inShop : {} }));
  const asMap = (rows: readonly ContainerRow[]) => new Map(rows.map((one) => [one.id, one]));
  expect(foldedAtFirst(asMap(CONTAINERS))).toEqual(new Set());
  expect(foldedAtFirst(asMap(many))).toEqual(new Set(['project:shop']));
});

it('names ports that this machine listens on, each once', () => {
  const ports = [
    { container: 80, host: 8080, protocol: 'tcp', address: '0.0.0.0' },
    { container: 80, host: 8080, protocol: 'tcp', address: '::' },
    { container: 53, host: 5353, protocol: 'udp', address: '127.0.0.1' },
    { container: 9000, host: null, protocol: 'tcp', address: '' },
  ];
  expect(portLabels(container('a', [], { ports }))).toEqual(['8080 → 80', 'localhost:5353 → 53/udp']);
});

it('lays 1,000 containers out while nobody notices', () => {
  const many = Array.from({ length: 1000 }, (_, index) => container(`c${index}`, [`n${index % 30}`]));
  const networks = Array.from({ length: 30 }, (_, index) => network(`n${index}`));
  const begin = performance.now();
  layOut(many, networks, { folded: new Set(), room: 0 });
  expect(performance.now() - begin).toBeLessThan(2000);
});
