import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { ContainerRow, FeedMessage } from '../../runtime/api/types/feed.ts';
import { DEBUG_LABEL } from '../ipc/contract/terminals.ts';
import { followContainers, TrayContainers } from './tray-containers.ts';

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

it('knows ports that a browser may open, once each, as the page opens them', () => {
  const containers = new TrayContainers();
  const port = (host: number | null, given: object = {}) => ({ container: 80, host, protocol: 'tcp', address: '', ...given });
  const twice = [port(8080, { address: '0.0.0.0' }), port(8080, { address: '::' })];
  const others = [port(53, { protocol: 'udp' }), port(null), port(9000, { address: '192.0.2.7' })];
  containers.apply(snapshot(row('a', { ports: [port(8081), ...twice, ...others, port(8443, { container: 443 }), port(1), port(2)] })));
  expect(containers.all.get('a')?.ports).toEqual([
    { host: 1, url: 'http://localhost:1/' },
    { host: 2, url: 'http://localhost:2/' },
    { host: 8080, url: 'http://localhost:8080/' },
    { host: 8081, url: 'http://localhost:8081/' },
  ]);
  expect(containers.apply(snapshot(row('a', { ports: [port(8443, { container: 443 })] })))).toBe(true);
  expect(containers.all.get('a')?.ports).toEqual([{ host: 8443, url: 'https://localhost:8443/' }]);
});

it('asks for the feed again when it ends, and no more once that is over', async () => {
  const containers = new TrayContainers();
  const abort = new AbortController();
  const feeds = [[snapshot(row('a'))], null, [snapshot(row('a'), row('b'))]];
  let asked = 0;
  const stream = () => {
    const lines = feeds[asked++];
    if (!lines) return Promise.reject(new Error('gone'));
    return Promise.resolve(Readable.from(lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`))) as IncomingMessage);
  };
  const seen: string[][] = [];
  await followContainers(
    { stream },
    abort.signal,
    containers,
    () => {
      seen.push([...containers.all.keys()]);
      if (containers.all.size === 2) abort.abort();
    },
    1,
  );
  expect([seen, asked]).toEqual([[['a'], ['a', 'b']], 3]);
});

it('leaves debug shells out', () => {
  const containers = new TrayContainers();
  containers.apply(snapshot(row('a', { labels: { [DEBUG_LABEL]: 'x' } })));
  expect(containers.all.size).toBe(0);
});
