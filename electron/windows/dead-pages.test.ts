import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { App } from 'electron';
import { afterEach, expect, it, vi } from 'vitest';
import { reviveDeadPages } from './dead-pages.ts';

afterEach(() => vi.restoreAllMocks());

function page() {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const app = new EventEmitter();
  const state = { now: 0, loads: 0, isDestroyed: false };
  reviveDeadPages(app as unknown as App, () => state.now);
  const contents = Object.assign(new EventEmitter(), { isDestroyed: () => state.isDestroyed, reload: () => state.loads++ });
  app.emit('web-contents-created', {}, contents);
  const die = async (reason = 'oom') => {
    contents.emit('render-process-gone', {}, { reason, exitCode: 5 });
    const within = state.loads;
    await turn();
    return { within, after: state.loads };
  };
  return { state, die };
}

it('is loaded anew, after the event', async () => {
  const { die } = page();
  expect(await die('crashed')).toEqual({ within: 0, after: 1 });
  expect(await die('killed')).toEqual({ within: 1, after: 2 });
});

it('is left as it is when it has ended in order or its window is gone', async () => {
  const { state, die } = page();
  expect(await die('clean-exit')).toMatchObject({ after: 0 });
  state.isDestroyed = true;
  expect(await die()).toMatchObject({ after: 0 });
});

it('is not loaded for ever when it dies again and again, but is another time', async () => {
  const { state, die } = page();
  for (let death = 0; death < 10; death++) await die();
  expect(state.loads).toBe(3);
  state.now = 60_000;
  expect(await die()).toMatchObject({ after: 4 });
});
