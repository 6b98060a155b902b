import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { FileDownload } from '../../electron/ipc/contract/downloads.ts';
import { RequestError } from '../engine/transport.ts';
import { type Answers, FakeTransport } from '../testkit/fake-transport.ts';
import { createDragOut } from './drag-out.ts';

const page = new EventTarget();
const tell = vi.fn();
const files = (...paths: string[]) => ({ paths, name: paths.join(), title: 'not downloaded', tell });

/** Every answer that is there has been taken. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  tell.mockReset();
  vi.stubGlobal('window', page);
  vi.stubGlobal('location', { href: 'http://127.0.0.1:1/#/containers' });
});
afterEach(() => vi.unstubAllGlobals());

function make(isApp: boolean, answers: Answers = {}) {
  const transport = new FakeTransport({ 'drag.start': () => null, ...answers });
  const downloadOf = (paths: readonly string[]): FileDownload => ({ kind: 'container.files', id: 'c', paths: [...paths] });
  return { transport, out: createDragOut(transport, { downloadOf, isApp: () => isApp }) };
}

function dragStart() {
  const data = new Map<string, string>();
  const dataTransfer = { effectAllowed: 'all' as const, setData: (type: string, value: string) => void data.set(type, value) };
  return { event: { preventDefault: vi.fn(), dataTransfer }, data };
}

it('carries the address that was asked for when the pointer went down', async () => {
  const { transport, out } = make(false, { 'download.prepare': () => ({ url: '/downloads/abc', name: 'a_b.txt' }) });
  out.aim(['/a']);
  await settled();
  expect(transport.requests).toHaveLength(1);
  const { event, data } = dragStart();
  out.begin(event, files('/a'));
  expect([...data]).toEqual([
    ['DownloadURL', 'application/octet-stream:a_b.txt:http://127.0.0.1:1/downloads/abc'],
    ['text/plain', '/a'],
  ]);
  // It is good for one drag.
  const again = dragStart();
  out.begin(again.event, files('/a'));
  expect([again.data.size, again.event.preventDefault.mock.calls.length]).toEqual([0, 1]);
});

it('drags nothing in a browser while there is no address, and says why there is none', async () => {
  const { out } = make(false, { 'download.prepare': () => Promise.reject(new RequestError('gone', 404)) });
  out.aim(['/a']);
  const early = dragStart();
  out.begin(early.event, files('/a'));
  expect([early.event.preventDefault.mock.calls.length, tell.mock.calls.length]).toEqual([1, 0]);
  out.aim(['/a']);
  await settled();
  const late = dragStart();
  out.begin(late.event, files('/a'));
  expect(tell).toHaveBeenCalledExactlyOnceWith('not downloaded', expect.objectContaining({ status: 404 }));
  expect(late.data.size).toBe(0);
});

it('hands what was fetched to the system while the pointer is down, and knows it for its own until the pointer is back', () => {
  const { transport, out } = make(true);
  const { event } = dragStart();
  out.aim(['/a']);
  out.begin(event, files('/a'));
  expect(event.preventDefault).toHaveBeenCalledOnce();
  const [stream] = transport.streams;
  stream?.push({ id: 'one' });
  stream?.end();
  expect(transport.requests).toEqual([{ name: 'drag.start', params: { id: 'one' } }]);
  expect(out.isOwn()).toBe(true);
  page.dispatchEvent(new Event('pointermove'));
  expect(out.isOwn()).toBe(false);
});

it('keeps what came too late for the next drag of the same, and no other', () => {
  const { transport, out } = make(true);
  const drag = (...paths: string[]) => out.begin(dragStart().event, files(...paths));
  drag('/big');
  transport.streams[0]?.push({ written: 5, size: 10 });
  expect(out.fetching.getState()).toEqual({ name: '/big', written: 5, size: 10, ready: false });
  page.dispatchEvent(new Event('pointerup'));
  transport.streams[0]?.push({ id: 'one' });
  transport.streams[0]?.end();
  expect([out.fetching.getState()?.ready, transport.requests]).toEqual([true, []]);
  drag('/big');
  expect([out.fetching.getState(), transport.streams.length, transport.requests]).toEqual([null, 1, [{ name: 'drag.start', params: { id: 'one' } }]]);
  drag('/other');
  expect(transport.streams).toHaveLength(2);
});

it('gives up what is being fetched: when asked to, and for another drag; a failure is told once', () => {
  const { transport, out } = make(true);
  out.begin(dragStart().event, files('/a'));
  out.begin(dragStart().event, files('/b'));
  expect(transport.streams.map(({ closed }) => closed)).toEqual([true, false]);
  out.cancel();
  expect(transport.streams[1]?.closed).toBe(true);
  out.begin(dragStart().event, files('/c'));
  transport.streams[2]?.end(new RequestError('more than 512 MiB: download it instead', 413));
  expect(tell).toHaveBeenCalledExactlyOnceWith('not downloaded', expect.objectContaining({ status: 413 }));
  expect(out.fetching.getState()).toBeNull();
});
