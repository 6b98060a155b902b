import { describe, expect, it } from 'vitest';
import { type KeyedCursor, keyed } from './stats-keys.ts';

const TIMES = [1000, 2000, 3000, 4000, 5000];
const press = (key: string, held: KeyedCursor | null, shiftKey = false, times: readonly number[] = TIMES) => keyed(times, held, { key, shiftKey });
const at = (time: number, mark: number | null = null) => ({ kind: 'moved', cursor: { at: time, mark } });

describe('keys in charts', () => {
  it.each([
    ['begin at the newest point', 'ArrowLeft', null, at(5000)],
    ['begin at the newest point from either side', 'ArrowRight', null, at(5000)],
    ['go back', 'ArrowLeft', { at: 3000, mark: null }, at(2000)],
    ['go on', 'ArrowRight', { at: 3000, mark: null }, at(4000)],
    ['stay at the first', 'ArrowLeft', { at: 1000, mark: null }, at(1000)],
    ['stay at the last', 'ArrowRight', { at: 5000, mark: null }, at(5000)],
    ['go to the first', 'Home', { at: 3000, mark: null }, at(1000)],
    ['go to the last', 'End', null, at(5000)],
    ['go on from where a point was that is gone', 'ArrowRight', { at: 500, mark: null }, at(2000)],
    ['take a mark away', 'ArrowLeft', { at: 3000, mark: 5000 }, at(2000)],
    ['do nothing else', 'a', { at: 3000, mark: null }, null],
    ['leave scrolling alone', 'ArrowDown', { at: 3000, mark: null }, null],
  ] as const)('%s', (_what, key, held, expected) => {
    expect(press(key, held)).toEqual(expected);
  });

  it('mark with Shift from where they were, and zoom into that', () => {
    expect(press('ArrowLeft', { at: 4000, mark: null }, true)).toEqual(at(3000, 4000));
    expect(press('ArrowLeft', { at: 3000, mark: 4000 }, true)).toEqual(at(2000, 4000));
    expect(press('Enter', { at: 2000, mark: 4000 })).toEqual({ kind: 'zoom', span: { from: 2000, to: 4000 } });
    expect([press('Enter', { at: 2000, mark: null }), press('Enter', { at: 2000, mark: 2000 }), press('Enter', null)]).toEqual([null, null, null]);
  });

  it('leave, where there is something to leave', () => {
    expect([press('Escape', { at: 2000, mark: null }), press('Escape', null)]).toEqual([{ kind: 'left' }, null]);
  });

  it('cross an hour in a hundred presses, and nothing where there is none', () => {
    const hour = Array.from({ length: 3601 }, (_, second) => second * 1000);
    expect(press('ArrowLeft', { at: 3_600_000, mark: null }, false, hour)).toEqual(at(3_564_000));
    expect(press('ArrowLeft', null, false, [])).toBeNull();
  });
});
