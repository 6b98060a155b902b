import { expect, it } from 'vitest';
import type { ContainerRow, FeedMessage } from '../../runtime/api/types/feed.ts';
import { DEBUG_LABEL } from '../ipc/contract/terminals.ts';
import { TrayContainers } from './tray-containers.ts';

const row = (id: string, given: Partial<ContainerRow> = {}) =>
  ({ id, name: id, image: 'i', state: 'running', labels: {}, ports: [], ...given }) as unknown as ContainerRow;
const snapshot = (...containers: ContainerRow[]): FeedMessage => ({ seq: 1, snapshot: { containers, images: [], volumes: [], networks: [] } });
const change = (id: string, value: ContainerRow | null): FeedMessage => ({ seq: 2, changes: [{ kind: 'container', id, value }] });

it('takes a snapshot in place of what was, then changes', () => {
  const containers = new TrayContainers();
  expect(containers.apply(snapshot(row('a'), row('b', { state: 'exited' })))).toBe(true);
  expect(containers.apply(snapshot(row('b', { state: 'exited' }), row('c')))).toBe(true);
  expect([...containers.all.keys()]).toEqual(['b', 'c']);
  expect(containers.apply(change('c', null))).toBe(true);
  expect(containers.apply(change('b', row('b', { name: 'web', labels: { 'com.docker.compose.project': 'shop' } })))).toBe(true);
  expect([...containers.all.values()]).toEqual([{ id: 'b', name: 'web', image: 'i', project: 'shop', running: true, ports: [] }]);
});

it('says when nothing changed that the tray shows', () => {
  const containers = new TrayContainers();
  containers.apply(snapshot(row('a', { state: 'exited' })));
  expect(containers.apply(snapshot(row('a', { state: 'exited' })))).toBe(false);
  expect(containers.apply(change('a', row('a', { state: 'dead', exitCode: 3 })))).toBe(false);
  expect(containers.apply({ seq: 3, changes: [{ kind: 'image', id: 'x', value: null }] })).toBe(false);
  expect(containers.apply(change('gone', null))).toBe(false);
});

it('knows ports that a browser may open, once each', () => {
  const containers = new TrayContainers();
  const port = (host: number | null, protocol = 'tcp') => ({ container: 80, host, protocol, address: '' });
  containers.apply(snapshot(row('a', { ports: [port(8081), port(8080), port(8080), port(53, 'udp'), port(null), port(1), port(2), port(3)] })));
  expect(containers.all.get('a')?.ports).toEqual([1, 2, 3, 8080]);
});

it('leaves debug shells out', () => {
  const containers = new TrayContainers();
  containers.apply(snapshot(row('a', { labels: { [DEBUG_LABEL]: 'x' } })));
  expect(containers.all.size).toBe(0);
});
