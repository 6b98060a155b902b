import { describe, expect, it } from 'vitest';
import { parseDuration } from '../base/duration.ts';
import { engineTime } from './duration.ts';

describe('durations', () => {
  it.each([
    ['10s', 10],
    ['1h30m', 5400],
    ['1.5m', 90],
    ['100ms', 0.1],
    ['10', null],
    ['', null],
    ['10x', null],
    ['s', null],
  ])('%j', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it('become points in time as the engine reads them', () => {
    expect(engineTime('10s', '--since', 1_700_000_010_000)).toBe('1700000000.000000000');
    expect(engineTime('1700000000.5', '--since', 0)).toBe('1700000000.500000000');
    expect(engineTime('2023-11-14T22:13:20Z', '--since', 0)).toBe('1700000000.000000000');
    expect(engineTime(undefined, '--since', 0)).toBeUndefined();
    expect(() => engineTime('soon', '--since', 0)).toThrow(/^--since: /);
  });
});
