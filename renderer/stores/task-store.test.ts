import { expect, it } from 'vitest';
import type { TaskRow } from '../../electron/ipc/contract/tasks.ts';
import { FakeTransport } from '../testkit/fake-transport.ts';
import { fakeTask } from '../testkit/gallery-tasks.ts';
import { createTaskStore, runningTasks } from './task-store.ts';
import type { Visibility } from './visibility.ts';

function switchable(): Visibility & { set(visible: boolean): void } {
  let visible = true;
  const listeners = new Set<() => void>();
  return {
    visible: () => visible,
    subscribe: (listener) => (listeners.add(listener), () => void listeners.delete(listener)),
    set(next) {
      visible = next;
      for (const listener of listeners) listener();
    },
  };
}

function setUp() {
  const transport = new FakeTransport({ 'task.start': () => ({ id: 'new' }) });
  const visibility = switchable();
  const store = createTaskStore(transport, visibility);
  const ended: TaskRow[] = [];
  store.onEnd((row) => ended.push(row));
  return { transport, visibility, store, ended, stop: store.start() };
}

it('keeps rows by id from a snapshot and its changes, and tells what has ended', () => {
  const { transport, store, ended } = setUp();
  const stream = transport.stream('tasks');
  expect(store.getState().tasks).toBeNull();
  stream.push({ snapshot: [fakeTask({ id: 'a', state: 'running' }), fakeTask({ id: 'b', state: 'done' })] });
  stream.push({ changes: [{ id: 'a', value: fakeTask({ id: 'a', state: 'running', current: 5 }) }] });
  expect(runningTasks(store.getState().tasks).map(({ current }) => current)).toEqual([5]);
  expect(ended).toEqual([]);
  stream.push({
    changes: [
      { id: 'a', value: fakeTask({ id: 'a', state: 'failed' }) },
      { id: 'b', value: null },
    ],
  });
  expect([...(store.getState().tasks?.keys() ?? [])]).toEqual(['a']);
  expect(ended.map(({ id, state }) => [id, state])).toEqual([['a', 'failed']]);
});

it('has no stream while nobody looks, and then tells what ended meanwhile', () => {
  const { transport, visibility, ended, stop } = setUp();
  transport.stream('tasks').push({ snapshot: [fakeTask({ id: 'a', state: 'running' })] });
  visibility.set(false);
  expect(transport.streams.every(({ closed }) => closed)).toBe(true);
  visibility.set(true);
  transport.stream('tasks').push({ snapshot: [fakeTask({ id: 'a', state: 'done' })] });
  expect(ended.map(({ id }) => id)).toEqual(['a']);
  stop();
  expect(transport.streams.every(({ closed }) => closed)).toBe(true);
});

it('says nothing of what had ended before it first looked', () => {
  const { transport, ended } = setUp();
  transport.stream('tasks').push({ snapshot: [fakeTask({ id: 'a', state: 'failed' })] });
  expect(ended).toEqual([]);
});
