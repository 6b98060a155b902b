import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BuildLog } from '../../../runtime/api/types/build.ts';
import { RequestError } from '../../engine/transport.ts';
import { FakeTransport } from '../../testkit/fake-transport.ts';
import { StepOutput } from './step-output.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const page = { visible: true, listeners: new Set<() => void>() };
const visibility = {
  visible: () => page.visible,
  subscribe: (listener: () => void) => {
    page.listeners.add(listener);
    return () => page.listeners.delete(listener);
  },
};
function show(visible: boolean): void {
  page.visible = visible;
  for (const listener of page.listeners) listener();
}
const out = (text: string): { readonly pieces: readonly BuildLog[] } => ({ pieces: [{ stream: 'stdout', time: 1, text }] });
const open = (transport: FakeTransport) => transport.streams.filter(({ closed }) => !closed);

it('is followed while the window is seen, goes on where it was, and ends with the step', () => {
  const transport = new FakeTransport();
  const output = new StepOutput(transport, 'b1', 3, visibility);
  const stop = output.start();
  expect(transport.stream('build.log').params).toEqual({ id: 'b1', step: 3 });
  // Nobody knows yet whether it printed something.
  expect(output.isRead).toBe(false);
  transport.stream('build.log').push(out('one\ntw'));
  expect(output.isRead).toBe(true);
  show(false);
  expect([open(transport), vi.getTimerCount()]).toEqual([[], 0]);
  show(true);
  transport.stream('build.log').push(out('one\ntwo\nthree'));
  expect(output.buffer.text()).toBe('one\ntwo\n');
  transport.stream('build.log').end();
  expect(output.buffer.text()).toBe('one\ntwo\nthree\n');
  show(false);
  show(true);
  expect([transport.streams.length, vi.getTimerCount(), transport.requests]).toEqual([2, 0, []]);
  stop();
  expect(page.listeners.size).toBe(0);
});

it('comes back after the engine was gone, and stays away from what it refuses', () => {
  const transport = new FakeTransport();
  const output = new StepOutput(transport, 'b1', 0, visibility);
  const told = vi.fn();
  output.subscribe(told);
  const stop = output.start();
  transport.stream('build.log').end(new RequestError('the engine is not running', 0));
  expect([output.error, told.mock.calls.length]).toEqual(['the engine is not running', 1]);
  vi.runAllTimers();
  transport.stream('build.log').push(out('back\n'));
  expect([output.error, output.buffer.text()]).toEqual(['', 'back\n']);
  transport.stream('build.log').end(new RequestError('No such build: b1', 404));
  expect([output.error, vi.getTimerCount(), open(transport)]).toEqual(['No such build: b1', 0, []]);
  stop();
});
